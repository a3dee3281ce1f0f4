using Casella.Core.Mailboxes;
using Casella.Imap.Commands.Notifying;
using Casella.Imap.Syntax;

namespace Casella.Imap.Session;

/// <summary>The METADATA response (RFC 5464 §4.4), asked for and unasked.</summary>
internal static class AnnotationNews
{
    /// <summary>
    /// What others have changed in one's own account: all of it after ENABLE METADATA, or what NOTIFY has asked for.
    /// </summary>
    public static async ValueTask TellAnnotationsAsync(this ImapSession session, CancellationToken cancellationToken)
    {
        if (session.Annotations?.HasNews != true)
            return;
        var tree = await session.Account.GetTreeAsync(cancellationToken);
        session.Tell(session.Annotations, tree, prefix: "", mailbox => session.Enabled.Metadata || IsWanted(session.Watch, mailbox));
    }

    /// <summary>"* METADATA mailbox entry …": names of entries only (RFC 5464 §4.4.2).</summary>
    /// <param name="prefix">What stands before the account's names in this session.</param>
    /// <param name="isWanted">Asked of each mailbox, or of null for the account as a whole.</param>
    public static void Tell(
        this ImapSession session, AnnotationWatch annotations, MailboxTree tree, string prefix, Func<MailboxInfo?, bool> isWanted)
    {
        if (annotations.HasMissedSome)
        {
            session.SayBye("More has changed than could be kept for you; please connect again");
            return;
        }
        foreach (var changes in annotations.Take().GroupBy(change => change.Mailbox))
        {
            var mailbox = changes.Key is { } id ? tree.Find(id) : null;
            if (changes.Key is not null && mailbox is null)
                continue;   // deleted since, and its annotations with it
            if (!isWanted(mailbox))
                continue;
            session.Writer.Raw("* METADATA "u8).Mailbox(mailbox is null ? "" : prefix + mailbox.Name.Value);
            foreach (var (_, entry) in changes)
                session.Writer.Space().Entry(entry);
            session.Writer.Crlf();
        }
    }

    private static bool IsWanted(Watch? watch, MailboxInfo? mailbox) => watch is not null && (mailbox is null
        ? watch.TellsServerAnnotations
        : watch.Home.EventsOf(mailbox).HasFlag(NotifyEvents.MailboxMetadataChange));
}
