using Casella.Imap.Session;

namespace Casella.Imap.Commands;

/// <param name="Name">As LIST has it.</param>
/// <param name="Spoken">As the client wrote it.</param>
internal readonly record struct RenamedName(string Name, string Spoken)
{
    public bool IsOther => !string.Equals(Name, Spoken, StringComparison.Ordinal);
}

/// <summary>
/// IMAP4rev2 tells a client the name of a mailbox as LIST has it, with OLDNAME where the client has spelled it otherwise
/// ("inbox", decomposed accents): RFC 9051 §6.3.2, §6.3.4, §6.3.6, §6.3.9.7.
/// </summary>
internal static class SpokenName
{
    /// <param name="name">As LIST has it.</param>
    /// <param name="spoken">As the client wrote it.</param>
    /// <param name="always">Also when it is spelled as LIST does.</param>
    public static async ValueTask TellNameAsync(
        this ImapSession session, string name, string spoken, bool always, CancellationToken cancellationToken)
    {
        var isOther = !string.Equals(name, spoken, StringComparison.Ordinal);
        if (session.Enabled.Imap4Rev2 && (always || isOther))
            await ListAsync(session, name, isOther ? spoken : null, cancellationToken);
    }

    /// <summary>Both names of a RENAME; nothing when the client spells them as LIST does.</summary>
    public static async ValueTask TellRenamedAsync(
        this ImapSession session, RenamedName from, RenamedName to, CancellationToken cancellationToken)
    {
        if (session.Enabled.Imap4Rev2 && (from.IsOther || to.IsOther))
            await ListAsync(session, to.Name, from.Spoken, cancellationToken);
    }

    private static async ValueTask ListAsync(ImapSession session, string name, string? oldName, CancellationToken cancellationToken)
    {
        List<ListPattern> patterns = [new ListPattern("", name)];
        var names = await session.ListedNamesAsync(patterns, cancellationToken);
        foreach (var entry in new MailboxListing(names, ListOptions.None).Select(patterns))
            entry.WriteTo(session.Writer, ListOptions.None, oldName);
    }
}
