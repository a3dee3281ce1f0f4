using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// LSUB (RFC 3501 §6.3.9): the subscribed names. Here \Noselect means something else than in LIST: the name is not
/// subscribed itself, but one below it is.
/// </summary>
internal sealed record Lsub(string Reference, string Pattern) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var reference = parser.Mailbox();
        parser.Space();
        return new Lsub(reference, parser.ListMailbox());
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (Pattern.Length == 0)
        {
            session.Writer.Raw("* LSUB (\\Noselect) \"/\" \"\"\r\n"u8);
            return ImapReply.Ok("LSUB completed");
        }
        var pattern = new ListPattern(Reference, Pattern);
        var names = await session.ListedNamesAsync([pattern], cancellationToken);
        foreach (var (name, isSubscribed) in Matching(pattern, names.Where(name => name.IsSubscribed).Select(name => name.Name)))
        {
            session.Writer.Raw(isSubscribed ? "* LSUB () \"/\" "u8 : "* LSUB (\\Noselect) \"/\" "u8).Mailbox(name).Crlf();
            await session.Writer.FlushIfLargeAsync(cancellationToken);
        }
        return ImapReply.Ok("LSUB completed");
    }

    private static SortedDictionary<string, bool> Matching(ListPattern pattern, IEnumerable<string> subscriptions)
    {
        var names = new SortedDictionary<string, bool>(InboxFirst.Comparer);
        foreach (var name in subscriptions)
            if (pattern.Matches(name))
                names[name] = true;
            else if (pattern.EndsWithPercent)
                AddParents(name, pattern, names);
        return names;
    }

    /// <summary>"%" shows "foo" for a subscribed "foo/bar" (RFC 3501 §6.3.9).</summary>
    private static void AddParents(string name, ListPattern pattern, SortedDictionary<string, bool> names)
    {
        for (var at = name.LastIndexOf(MailboxName.Separator); at > 0; at = name.LastIndexOf(MailboxName.Separator, at - 1))
            if (pattern.Matches(name[..at]))
                names.TryAdd(name[..at], false);
    }
}
