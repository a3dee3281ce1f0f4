using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Imap.Session;

namespace Casella.Imap.Commands;

/// <summary>One name that LIST or LSUB may show.</summary>
/// <param name="Place">Null for a name without a mailbox.</param>
internal sealed record ListedName(string Name, MailboxPlace? Place, bool IsSubscribed)
{
    /// <summary>
    /// A level above the accounts beside one's own: no mailbox, but a name that is always there (RFC 2342 §5).
    /// </summary>
    public bool IsRoot { get; init; }

    public string? Parent => Name.LastIndexOf(MailboxName.Separator) is > 0 and var at ? Name[..at] : null;
}

/// <summary>The names of all accounts that a session sees.</summary>
internal static class ListedNames
{
    /// <param name="patterns">The other accounts are opened only when one of these can match a name there.</param>
    public static ValueTask<IReadOnlyList<ListedName>> ListedNamesAsync(
        this ImapSession session, IEnumerable<ListPattern> patterns, CancellationToken cancellationToken) =>
        session.ListedNamesAsync(patterns.Any(pattern => pattern.MayMatchFrom(SharedNames.Root)), cancellationToken);

    /// <param name="withOthers">False for one's own account alone.</param>
    public static async ValueTask<IReadOnlyList<ListedName>> ListedNamesAsync(
        this ImapSession session, bool withOthers, CancellationToken cancellationToken)
    {
        var names = new List<ListedName>();
        var tree = await session.Account.GetTreeAsync(cancellationToken);
        Add(names, session.Account, "", tree, tree.Subscriptions);
        if (!withOthers)
            return names;
        var isFirst = true;
        foreach (var account in await session.Services.Shared.OpenAllAsync(session.Account, cancellationToken))
        {
            if (SharedNames.PrefixOf(account.Address) is not { } prefix)
                continue;
            if (isFirst && !names.Exists(name => string.Equals(name.Name, SharedNames.Root, StringComparison.Ordinal)))
                names.Add(new ListedName(SharedNames.Root, Place: null, IsSubscribed: false) { IsRoot = true });
            isFirst = false;
            names.Add(new ListedName(prefix[..^1], Place: null, IsSubscribed: false) { IsRoot = true });
            Add(
                names, account, prefix, await account.GetTreeAsync(cancellationToken),
                await session.Services.Shared.SubscriptionsAsync(account, cancellationToken));
        }
        return names;
    }

    private static void Add(
        List<ListedName> names, MailAccount account, string prefix, MailboxTree tree, IReadOnlySet<string> subscriptions)
    {
        var existing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mailbox in tree.Mailboxes)
        {
            existing.Add(mailbox.Name.Value);
            var name = prefix + mailbox.Name.Value;
            names.Add(new ListedName(name, new MailboxPlace(account, mailbox, name), subscriptions.Contains(mailbox.Name.Value)));
        }
        foreach (var name in subscriptions)
            if (!existing.Contains(name))
                names.Add(new ListedName(prefix + name, Place: null, IsSubscribed: true));
    }
}
