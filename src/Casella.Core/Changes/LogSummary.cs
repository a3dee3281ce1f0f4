using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>
/// Shortens a stretch of old log: of messages that are gone nothing stays; what one actor did to the flags of a folder
/// within a day (of what is older than a year, within thirty) becomes one entry with the result; what happened to the
/// mailbox itself goes after two years. Arrivals, moves, copies and deletions of messages that exist stay as they are.
/// </summary>
internal sealed class LogSummary(DateTimeOffset now)
{
    private static readonly TimeSpan TreeKept = TimeSpan.FromDays(730);
    private static readonly TimeSpan FineFor = TimeSpan.FromDays(365);

    /// <returns>The transactions that are different now, with what is left of them.</returns>
    public IReadOnlyDictionary<ModSeq, IReadOnlyList<ChangeRow>> Shorten(
        IReadOnlyList<IReadOnlyList<ChangeRow>> transactions, Predicate<EmailId> exists)
    {
        var entries = transactions.SelectMany(rows => rows).Select(row => new Entry(row)).ToList();
        foreach (var entry in entries)
            entry.Keep(LeftOf(entry.Row, exists));
        foreach (var same in entries.Where(entry => IsOfFlags(entry.Row) && entry.Items.Count > 0).GroupBy(entry => KeyOf(entry.Row)))
            Merge([.. same]);
        return entries.GroupBy(entry => entry.Row.ModSeq).Where(group => group.Any(entry => entry.IsChanged)).ToDictionary(
            group => group.Key, group => (IReadOnlyList<ChangeRow>)[.. group.Where(entry => !entry.IsGone).Select(entry => entry.Row with { Items = entry.Items })]);
    }

    private static bool IsOfFlags(ChangeRow row) => row.Kind is ChangeKind.FlagsChanged or ChangeKind.SeenByPerson;

    /// <summary>What was destroyed names messages that do not exist: that is what it is kept for.</summary>
    private static bool IsOfMessages(ChangeRow row) => row.Kind is
        ChangeKind.Added or ChangeKind.Delivered or ChangeKind.FlagsChanged or ChangeKind.SeenByPerson or ChangeKind.Moved or ChangeKind.Copied
        or ChangeKind.Expunged or ChangeKind.Restored or ChangeKind.HiddenForDevice;

    /// <summary>Null for an entry of which nothing stays.</summary>
    private IReadOnlyList<ChangedItem>? LeftOf(ChangeRow row, Predicate<EmailId> exists)
    {
        if (!IsOfMessages(row))
            return now - row.At > TreeKept ? null : row.Items;
        var left = row.Items.Where(item => exists(item.Email)).ToList();
        return left.Count == 0 ? null : left.Count == row.Items.Count ? row.Items : left;
    }

    /// <summary>A person's \Seen has the person as its text.</summary>
    private (ChangeKind, MailboxId?, Actor, string?, long) KeyOf(ChangeRow row)
    {
        var span = now - row.At > FineFor ? TimeSpan.FromDays(30) : TimeSpan.FromDays(1);
        return (row.Kind, row.Mailbox, row.Actor, row.Text, row.At.UtcTicks / span.Ticks);
    }

    /// <summary>The first entry takes all: when a message was read first is what people ask.</summary>
    private static void Merge(IReadOnlyList<Entry> same)
    {
        if (same.Count == 1)
            return;
        var items = new Dictionary<(Uid, EmailId), ChangedItem>();
        foreach (var item in same.SelectMany(entry => entry.Items))
            items[(item.Uid, item.Email)] = items.TryGetValue((item.Uid, item.Email), out var before) ? before with { After = item.After } : item;
        foreach (var entry in same)
            entry.Keep(null);
        if (items.Values.Where(item => item.Before != item.After).ToList() is { Count: > 0 } left)
            same[0].Keep(left);
    }

    private sealed class Entry(ChangeRow row)
    {
        public ChangeRow Row => row;
        public IReadOnlyList<ChangedItem> Items { get; private set; } = row.Items;
        public bool IsGone { get; private set; }
        public bool IsChanged => IsGone || !ReferenceEquals(Items, row.Items);

        /// <param name="items">Null when nothing of the entry stays.</param>
        public void Keep(IReadOnlyList<ChangedItem>? items) => (Items, IsGone) = (items ?? [], items is null);
    }
}
