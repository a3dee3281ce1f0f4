using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Imap.Commands.Notifying;

namespace Casella.Imap.Session;

/// <summary>A name that LIST would now show otherwise.</summary>
/// <param name="OldName">What it was called before it was renamed, or null.</param>
internal readonly record struct NameChange(string Name, string? OldName);

/// <summary>
/// What MailboxName and SubscriptionChange tell (RFC 5465 §5.4, §5.5): the difference of two trees, by ids, so that a
/// mailbox which was renamed is known again.
/// </summary>
internal static class NameChanges
{
    /// <summary>In the order of LIST, each name once, as this session has it.</summary>
    /// <param name="before">What the client had been told until now.</param>
    public static IReadOnlyList<NameChange> Between(MailboxTree before, WatchedAccount account)
    {
        var now = account.Told;
        var changes = new SortedDictionary<string, string?>(Commands.InboxFirst.Comparer);
        var old = before.Mailboxes.ToDictionary(mailbox => mailbox.Id);
        var renamed = now.Mailboxes
            .Where(mailbox => old.TryGetValue(mailbox.Id, out var was) && was.Name != mailbox.Name)
            .ToDictionary(mailbox => mailbox.Id, mailbox => (From: old[mailbox.Id].Name, To: mailbox.Name));
        foreach (var name in Affected(before, now, renamed))
            if (Wants(account, name, before, now, NotifyEvents.MailboxName))
                changes.TryAdd(name.Value, null);
        foreach (var (from, to) in renamed.Values.Where(pair => !IsWithParent(pair, renamed.Values)))
            if (Wants(account, from, before, now, NotifyEvents.MailboxName) || Wants(account, to, before, now, NotifyEvents.MailboxName))
                changes[to.Value] = from.Value;
        foreach (var text in Toggled(before.Subscriptions, now.Subscriptions))
            if (MailboxName.TryParse(text, out var name) && Wants(account, name, before, now, NotifyEvents.SubscriptionChange))
                changes.TryAdd(name.Value, null);
        return [.. changes.Select(change => new NameChange(account.Prefix + change.Key, change.Value is { } old ? account.Prefix + old : null))];
    }

    /// <summary>
    /// Names that have come or gone, or are another mailbox than before, each with the one above it (§5.4).
    /// </summary>
    private static HashSet<MailboxName> Affected(
        MailboxTree before, MailboxTree now, Dictionary<MailboxId, (MailboxName From, MailboxName To)> renamed)
    {
        var names = new HashSet<MailboxName>();
        var (was, isNow) = (ByName(before), ByName(now));
        // The old name of what was renamed is told as OLDNAME, its new one beside it.
        var moved = renamed.Values.SelectMany(pair => new[] { pair.From, pair.To }).ToHashSet();
        foreach (var name in was.Keys.Union(isNow.Keys))
        {
            var (old, current) = (was.GetValueOrDefault(name), isNow.GetValueOrDefault(name));
            if (old?.Id == current?.Id && old?.IsSelectable == current?.IsSelectable)
                continue;
            if (moved.Contains(name) && (old is null || current is null || renamed.ContainsKey(current.Id)))
                continue;
            names.Add(name);
            if (name.Parent is { } parent && old is null != current is null)
                names.Add(parent);
        }

        return names;
    }

    /// <summary>§5.4: what is below a renamed mailbox goes with it, and nothing is said of it.</summary>
    private static bool IsWithParent(
        (MailboxName From, MailboxName To) pair, IReadOnlyCollection<(MailboxName From, MailboxName To)> all) =>
        all.Any(other => pair.From.IsBelow(other.From) && pair.To.IsBelow(other.To)
            && pair.From.Value.AsSpan(other.From.Value.Length).SequenceEqual(pair.To.Value.AsSpan(other.To.Value.Length)));

    private static bool Wants(WatchedAccount account, MailboxName name, MailboxTree before, MailboxTree now, NotifyEvents what) =>
        ((account.EventsOf(name, before.Subscriptions) | account.EventsOf(name, now.Subscriptions)) & what) != NotifyEvents.None;

    private static IEnumerable<string> Toggled(IReadOnlySet<string> before, IReadOnlySet<string> now) =>
        before.Except(now, StringComparer.Ordinal).Concat(now.Except(before, StringComparer.Ordinal));

    private static Dictionary<MailboxName, MailboxInfo> ByName(MailboxTree tree) =>
        tree.Mailboxes.ToDictionary(mailbox => mailbox.Name);
}
