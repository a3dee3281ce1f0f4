using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Mailboxes;

/// <summary>
/// Heals what programs do to a shared mailbox: one makes "Posta inviata", another "Sent Messages", and what one files
/// the others never see. CREATE of such a name works as for any other; the name itself (<see cref="FolderNames"/>) is
/// the mark that the folder wants merging, and <c>casella heal</c> merges it. ADR 0015.
/// </summary>
internal static class FolderHealer
{
    public static IReadOnlyList<DoubledFolder> Find(MailboxTree tree) =>
    [
        .. from folder in tree.Mailboxes
        where folder is { SpecialUse: SpecialUse.None, IsSelectable: true }
        let use = FolderNames.UseOf(folder.Name)
        where use != SpecialUse.None
        let target = tree.Find(use)
        where target is not null
        select new DoubledFolder(
            folder.Name, target.Name, folder.Messages,
            [.. tree.Mailboxes.Where(other => other.Name.IsBelow(folder.Name)).Select(other => other.Name)]),
    ];

    public static IReadOnlyList<DoubledFolder> Heal(UnitOfWork unit)
    {
        var all = unit.Transaction.Mailboxes();
        return [.. all.OrderBy(row => row.Name.Value, StringComparer.Ordinal).Select(folder => Heal(unit, all, folder)).OfType<DoubledFolder>()];
    }

    /// <summary>One of them; null when it is not doubled.</summary>
    public static DoubledFolder? Heal(UnitOfWork unit, MailboxName name)
    {
        var all = unit.Transaction.Mailboxes();
        return all.FirstOrDefault(row => row.Name == name) is { } folder ? Heal(unit, all, folder) : null;
    }

    private static DoubledFolder? Heal(UnitOfWork unit, IReadOnlyList<MailboxRow> all, MailboxRow folder) =>
        folder is { SpecialUse: SpecialUse.None, IsSelectable: true } && FolderNames.UseOf(folder.Name) is not SpecialUse.None and var use
            && all.FirstOrDefault(row => row.SpecialUse == use) is { } target
            ? Merge(unit, folder, target, [.. all.Where(row => row.Name.IsBelow(folder.Name)).Select(row => row.Name)])
            : null;

    /// <summary>
    /// The change log has the move, the merging and the end of the folder one after the other: undone from the last to
    /// the first, all is as it was.
    /// </summary>
    private static DoubledFolder Merge(UnitOfWork unit, MailboxRow folder, MailboxRow target, IReadOnlyList<MailboxName> below)
    {
        var placements = new List<Placement>(folder.Messages);
        unit.Transaction.Placements(folder.Id, placements);
        PlacementChanges.Move(unit, folder.Id, [.. placements.Select(placement => placement.Uid)], target.Id);
        unit.Log(ChangeKind.Merged, folder.Id, target.Id, [], $"{folder.Name}\n{target.Name}");
        TreeChanges.SetSubscribed(unit, folder.Name, false);
        TreeChanges.Delete(unit, folder.Name);
        return new DoubledFolder(folder.Name, target.Name, placements.Count, below);
    }
}

/// <summary>A folder that stands beside the one of its special use.</summary>
/// <param name="Into">The one of the special use.</param>
/// <param name="Messages">In it.</param>
/// <param name="Below">Folders below it: they are left where they are.</param>
public sealed record DoubledFolder(MailboxName Name, MailboxName Into, int Messages, IReadOnlyList<MailboxName> Below);
