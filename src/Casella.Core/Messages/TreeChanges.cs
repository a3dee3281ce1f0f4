using System.Globalization;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>Create, delete, rename, subscribe: what one unit does to the mailbox tree.</summary>
internal static class TreeChanges
{
    /// <summary>The mailboxes every account begins with (RFC 6154). SPAM is what members call \Junk.</summary>
    private static readonly (string Name, SpecialUse Use)[] FirstMailboxes =
    [
        ("INBOX", SpecialUse.None), ("Sent", SpecialUse.Sent), ("Drafts", SpecialUse.Drafts), ("Trash", SpecialUse.Trash),
        ("SPAM", SpecialUse.Junk), ("Archive", SpecialUse.Archive),
    ];

    public static void Provision(UnitOfWork unit)
    {
        foreach (var (name, use) in FirstMailboxes)
        {
            var row = unit.CreateMailbox(MailboxName.Parse(name), use, NextUidValidity(unit));
            unit.SetSubscribed(row.Name.Value, true);
        }
    }

    public static async Task<MailboxInfo> CreateAsync(
        AccountState state, Actor actor, NewMailbox wanted, CancellationToken cancellationToken)
    {
        var id = await state.WriteAsync(actor, unit => Create(unit, wanted), cancellationToken);
        return state.Tree.Find(id) ?? throw new MailException(MailError.NoSuchMailbox, wanted.Name.Value);
    }

    /// <summary>
    /// The mailbox of a special use. Where a program has deleted it, or has made one of its name without the use, it is
    /// given the name that new accounts have.
    /// </summary>
    public static MailboxRow OfUse(UnitOfWork unit, SpecialUse use)
    {
        var all = unit.Transaction.Mailboxes();
        if (all.FirstOrDefault(row => row.SpecialUse == use && row.IsSelectable) is { } known)
            return known;
        var name = MailboxName.Parse(FirstMailboxes.First(first => first.Use == use).Name);
        if (Find(all, name) is not { } named)
            return unit.CreateMailbox(name, use, NextUidValidity(unit));
        unit.UpdateTree(named with { IsSelectable = true, SpecialUse = use });
        return unit.Selectable(named.Id);
    }

    public static bool Delete(UnitOfWork unit, MailboxName name)
    {
        if (name.IsInbox)
            throw new MailException(MailError.MailboxCannotBeDeleted, name.Value);
        var all = unit.Transaction.Mailboxes();
        var row = Find(all, name) ?? throw new MailException(MailError.NoSuchMailbox, name.Value);
        var hasChildren = all.Any(other => other.Name.IsBelow(name));
        if (!row.IsSelectable && hasChildren)
            throw new MailException(MailError.MailboxCannotBeDeleted, name.Value);
        RemoveMessages(unit, row);
        unit.Log(ChangeKind.MailboxDeleted, row.Id, null, [], $"{name}\n{(int)row.SpecialUse}");
        if (!hasChildren)
        {
            unit.DeleteMailbox(row);
            return true;
        }

        // RFC 9051 §6.3.5: the name stays for its children. Its UIDs are over: a mailbox of that name made later is
        // another one.
        unit.DeleteMailbox(row);
        var placeholder = unit.CreateMailbox(name, SpecialUse.None, NextUidValidity(unit));
        unit.UpdateTree(placeholder with { IsSelectable = false });
        return true;
    }

    /// <summary>Name and special use of a deleted mailbox, from the log.</summary>
    public static (MailboxName Name, SpecialUse Use) ReadDeleted(string text)
    {
        var lines = text.Split('\n');
        return (MailboxName.Parse(lines[0]), lines.Length > 1 ? (SpecialUse)byte.Parse(lines[1], CultureInfo.InvariantCulture) : SpecialUse.None);
    }

    /// <summary>Old and new name of a renamed mailbox, from the log.</summary>
    public static (MailboxName From, MailboxName To) ReadRenamed(string text)
    {
        var lines = text.Split('\n');
        return (MailboxName.Parse(lines[0]), MailboxName.Parse(lines[1]));
    }

    /// <summary>Makes a deleted mailbox again; its special use only if no other has it meanwhile (RFC 6154 §3).</summary>
    /// <param name="deleted">The log says for which one it stands.</param>
    public static MailboxId Remake(UnitOfWork unit, MailboxName name, SpecialUse use, MailboxId deleted)
    {
        var isTaken = unit.Transaction.Mailboxes().Any(row => row.SpecialUse == use);
        return Create(unit, new NewMailbox(name, isTaken ? SpecialUse.None : use, int.MaxValue), deleted);
    }

    public static bool Rename(UnitOfWork unit, MailboxName from, MailboxName to)
    {
        var all = unit.Transaction.Mailboxes();
        var row = Find(all, from) ?? throw new MailException(MailError.NoSuchMailbox, from.Value);
        if (Find(all, to) is not null)
            throw new MailException(MailError.MailboxExists, to.Value);
        if (to.IsBelow(from) || to.IsInbox)
            throw new MailException(MailError.InvalidMailboxName, to.Value);
        CreateSuperiors(unit, to);
        unit.Log(ChangeKind.MailboxRenamed, row.Id, null, [], $"{from}\n{to}");
        if (from.IsInbox)
            RenameInbox(unit, row, to);
        else
            foreach (var renamed in all.Where(other => other.Name == from || other.Name.IsBelow(from)))
                RenameOne(unit, renamed, renamed.Name.Renamed(from, to));
        return true;
    }

    public static bool SetSubscribed(UnitOfWork unit, MailboxName name, bool subscribed)
    {
        var isSubscribed = unit.Transaction.Subscriptions().Contains(name.Value, StringComparer.Ordinal);
        if (isSubscribed == subscribed)
            return true;
        unit.SetSubscribed(name.Value, subscribed);
        unit.Log(subscribed ? ChangeKind.Subscribed : ChangeKind.Unsubscribed, null, null, [], name.Value);
        return true;
    }

    /// <param name="instead">The deleted mailbox that it stands for, or null.</param>
    public static MailboxId Create(UnitOfWork unit, NewMailbox wanted, MailboxId? instead = null)
    {
        var all = unit.Transaction.Mailboxes();
        if (all.Count >= wanted.MailboxesAtMost)
            throw new MailException(MailError.TooManyMailboxes, wanted.Name.Value);
        if (Find(all, wanted.Name) is { } existing)
        {
            if (existing.IsSelectable)
                throw new MailException(MailError.MailboxExists, wanted.Name.Value);
            unit.UpdateTree(existing with { IsSelectable = true, SpecialUse = wanted.Use });
            unit.Log(ChangeKind.MailboxCreated, existing.Id, instead, [], wanted.Name.Value);
            return existing.Id;
        }

        // RFC 6154 §3: a special use is for one mailbox.
        if (wanted.Use != SpecialUse.None && all.Any(row => row.SpecialUse == wanted.Use))
            throw new MailException(MailError.MailboxExists, wanted.Use.ToString());
        CreateSuperiors(unit, wanted.Name);
        return unit.CreateMailbox(wanted.Name, wanted.Use, NextUidValidity(unit), instead).Id;
    }

    /// <summary>RFC 9051 §6.3.4: superior names that are missing are made, as mailboxes that can be used.</summary>
    private static void CreateSuperiors(UnitOfWork unit, MailboxName name)
    {
        var missing = new Stack<MailboxName>();
        for (var parent = name.Parent; parent is not null && Find(unit.Transaction.Mailboxes(), parent) is null; parent = parent.Parent)
            missing.Push(parent);
        foreach (var parent in missing)
            unit.CreateMailbox(parent, SpecialUse.None, NextUidValidity(unit));
    }

    /// <summary>
    /// RFC 9051 §6.3.6: renaming INBOX moves its messages to a new mailbox; INBOX stays, and so do the names below it.
    /// </summary>
    private static void RenameInbox(UnitOfWork unit, MailboxRow inbox, MailboxName to)
    {
        var target = unit.CreateMailbox(to, SpecialUse.None, NextUidValidity(unit));
        // RFC 5464 §4.1: INBOX keeps its annotations, the new mailbox gets the same.
        unit.Transaction.CopyAnnotations(inbox.Id, target.Id);
        unit.EventScriptsChanged();
        var placements = new List<Placement>();
        unit.Transaction.Placements(inbox.Id, placements);
        PlacementChanges.Move(unit, inbox.Id, [.. placements.Select(placement => placement.Uid)], target.Id);
    }

    private static void RenameOne(UnitOfWork unit, MailboxRow row, MailboxName name)
    {
        // The subscription follows the mailbox: whoever renames a folder wants to go on seeing it.
        if (unit.Transaction.Subscriptions().Contains(row.Name.Value, StringComparer.Ordinal))
        {
            unit.SetSubscribed(row.Name.Value, false);
            unit.SetSubscribed(name.Value, true);
        }

        unit.UpdateTree(row with { Name = name });
    }

    private static void RemoveMessages(UnitOfWork unit, MailboxRow row)
    {
        var placements = new List<Placement>();
        unit.Transaction.Placements(row.Id, placements);
        foreach (var placement in placements)
            unit.Remove(row.Id, placement);
        if (placements.Count > 0)
            unit.Log(
                ChangeKind.Expunged, row.Id, null,
                [.. placements.Select(ChangedItem.Gone)]);
    }

    /// <summary>
    /// Seconds of the clock, but always above the account's last one: never goes back, whatever the clock does
    /// (RFC 9051 §2.3.1.1).
    /// </summary>
    private static uint NextUidValidity(UnitOfWork unit)
    {
        var last = unit.Transaction.LastUidValidity;
        var next = Math.Max((uint)unit.Now.ToUnixTimeSeconds(), last + 1);
        unit.Transaction.LastUidValidity = next;
        return next;
    }

    private static MailboxRow? Find(IReadOnlyList<MailboxRow> all, MailboxName name) => all.FirstOrDefault(row => row.Name == name);
}

/// <param name="MailboxesAtMost">The account's limit.</param>
internal sealed record NewMailbox(MailboxName Name, SpecialUse Use, int MailboxesAtMost);
