using Casella.Core.Mailboxes;
using Casella.Imap.Session;

namespace Casella.Imap.Commands;

/// <summary>
/// IMAP4rev2 tells a client the name of a mailbox as LIST has it, with OLDNAME where the client has spelled it otherwise
/// ("inbox", decomposed accents): RFC 9051 §6.3.2, §6.3.4, §6.3.6, §6.3.9.7.
/// </summary>
internal static class SpokenName
{
    /// <param name="spoken">The name as the client wrote it.</param>
    /// <param name="always">Also when it is spelled as LIST does.</param>
    public static async ValueTask TellNameAsync(
        this ImapSession session, string spoken, bool always, CancellationToken cancellationToken)
    {
        if (!session.Enabled.Imap4Rev2)
            return;
        var name = MailboxName.Parse(spoken).Value;
        var isOther = !string.Equals(name, spoken, StringComparison.Ordinal);
        if (always || isOther)
            await ListAsync(session, name, isOther ? spoken : null, cancellationToken);
    }

    /// <summary>Both names of a RENAME as the client wrote them; nothing when it spells them as LIST does.</summary>
    public static async ValueTask TellRenamedAsync(
        this ImapSession session, string from, string to, CancellationToken cancellationToken)
    {
        if (!session.Enabled.Imap4Rev2)
            return;
        var name = MailboxName.Parse(to).Value;
        if (!string.Equals(name, to, StringComparison.Ordinal) || !string.Equals(MailboxName.Parse(from).Value, from, StringComparison.Ordinal))
            await ListAsync(session, name, from, cancellationToken);
    }

    private static async ValueTask ListAsync(ImapSession session, string name, string? oldName, CancellationToken cancellationToken)
    {
        var tree = await session.Account.GetTreeAsync(cancellationToken);
        foreach (var entry in new MailboxListing(tree, ListOptions.None).Select([new ListPattern("", name)]))
            entry.WriteTo(session.Writer, ListOptions.None, oldName);
    }
}
