using Casella.Imap.Syntax;

namespace Casella.Imap.Session;

/// <summary>The METADATA response (RFC 5464 §4.4), asked for and unasked.</summary>
internal static class AnnotationNews
{
    /// <summary>"* METADATA mailbox entry …": names only of what others have changed (RFC 5464 §4.4.2).</summary>
    public static async ValueTask TellAnnotationsAsync(this ImapSession session, CancellationToken cancellationToken)
    {
        if (session.Annotations is not { } watch)
            return;
        if (watch.HasMissedSome)
        {
            session.SayBye("More has changed than could be kept for you; please connect again");
            return;
        }
        var changes = watch.Take();
        if (changes.Count == 0)
            return;
        var tree = await session.Account.GetTreeAsync(cancellationToken);
        foreach (var mailbox in changes.GroupBy(change => change.Mailbox))
        {
            var name = mailbox.Key is { } id ? tree.Find(id)?.Name.Value : "";
            if (name is null)
                continue;   // deleted since, and its annotations with it
            session.Writer.Raw("* METADATA "u8).Mailbox(name);
            foreach (var (_, entry) in mailbox)
                session.Writer.Space().Entry(entry);
            session.Writer.Crlf();
        }
    }
}
