using System.Text;
using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Messages;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Mailboxes;

/// <summary>
/// What people do with folders, each in one transaction with one number by which it can be undone: other names and
/// places, deleting by way of Trash, merging what a program has doubled. For the webmail; protocols have the methods of
/// <see cref="MailAccount"/> that their RFCs ask for. Got from <see cref="MailAccount.Folders"/>.
/// </summary>
public sealed class AccountFolders
{
    /// <summary>Somebody has said of a doubled folder that it is to stay as it is.</summary>
    private static readonly AnnotationEntry KeptApart = AnnotationEntry.Parse("/shared/vendor/casella/kept-apart");

    private readonly AccountState _state;
    private readonly Actor _actor;
    private readonly MessageOptions _options;

    internal AccountFolders(AccountState state, Actor actor, MessageOptions options) => (_state, _actor, _options) = (state, actor, options);

    private AccountAnnotations Annotations => new(_state, _actor, _options);

    /// <summary>Another name, another place, or both, with all that is below it.</summary>
    /// <returns>By which it can be undone; null when it has that name already.</returns>
    /// <exception cref="MailException">NoSuchMailbox, MailboxExists, InvalidMailboxName.</exception>
    public Task<ModSeq?> RenameAsync(MailboxName from, MailboxName to, CancellationToken cancellationToken) =>
        _state.WriteAsync(
            _actor,
            ModSeq? (unit) =>
            {
                if (from == to)
                    return null;
                var row = Find(unit, from);
                if (from.IsInbox || row.SpecialUse != SpecialUse.None)
                    throw new MailException(MailError.InvalidMailboxName, from.Value);
                TreeChanges.Rename(unit, from, to);
                return unit.Transaction.ModSeq;
            },
            cancellationToken);

    /// <summary>
    /// Deletes a folder and those below it: their messages go to Trash, as each of them would by itself. What is in Trash
    /// already goes.
    /// </summary>
    /// <exception cref="MailException">NoSuchMailbox, MailboxCannotBeDeleted: INBOX, and what has a special use or holds
    /// such a folder.</exception>
    public Task<TrashedFolder> TrashAsync(MailboxName name, CancellationToken cancellationToken) =>
        _state.WriteAsync(_actor, unit => Trash(unit, name), cancellationToken);

    /// <summary>The doubled folders that nobody has said no for.</summary>
    public async Task<IReadOnlyList<DoubledFolder>> DoubledAsync(CancellationToken cancellationToken)
    {
        var (tree, offered) = (_state.Tree, new List<DoubledFolder>());
        foreach (var doubled in FolderHealer.Find(tree))
            if (tree.Find(doubled.Name) is { } folder && !await IsKeptApartAsync(folder.Id, cancellationToken))
                offered.Add(doubled);
        return offered;
    }

    /// <summary>Merges one doubled folder into that of its special use.</summary>
    /// <exception cref="MailException">NoSuchMailbox: it is not doubled any more.</exception>
    public Task<MergedFolder> MergeAsync(MailboxName name, CancellationToken cancellationToken) => _state.WriteAsync(
        _actor,
        unit =>
        {
            var merged = FolderHealer.Heal(unit, name) ?? throw new MailException(MailError.NoSuchMailbox, name.Value);
            return new MergedFolder(merged, unit.Transaction.ModSeq);
        },
        cancellationToken);

    /// <summary>It is not offered again; the office's command still merges it.</summary>
    public Task KeepApartAsync(MailboxId folder, CancellationToken cancellationToken) =>
        Annotations.SetAsync(folder, [new Annotation(KeptApart, Encoding.ASCII.GetBytes("yes"))], cancellationToken);

    private async Task<bool> IsKeptApartAsync(MailboxId folder, CancellationToken cancellationToken) =>
        (await Annotations.ReadAsync(folder, cancellationToken)).Any(one => one.Entry == KeptApart);

    private static TrashedFolder Trash(UnitOfWork unit, MailboxName name)
    {
        var all = unit.Transaction.Mailboxes();
        var going = all.Where(row => row.Name == name || row.Name.IsBelow(name)).OrderByDescending(row => row.Name.Value.Length).ToList();
        if (going.Count == 0)
            throw new MailException(MailError.NoSuchMailbox, name.Value);
        if (going.Any(row => row.Name.IsInbox || row.SpecialUse != SpecialUse.None))
            throw new MailException(MailError.MailboxCannotBeDeleted, name.Value);
        var trash = TreeChanges.OfUse(unit, SpecialUse.Trash);
        var isInTrash = name.IsBelow(trash.Name);
        var messages = 0;
        foreach (var folder in going)
        {
            messages += folder.Messages;
            if (!isInTrash && folder.IsSelectable)
            {
                var placements = new List<Placement>(folder.Messages);
                unit.Transaction.Placements(folder.Id, placements);
                PlacementChanges.Move(unit, folder.Id, [.. placements.Select(placement => placement.Uid)], trash.Id);
            }

            TreeChanges.SetSubscribed(unit, folder.Name, subscribed: false);
            TreeChanges.Delete(unit, folder.Name);
        }

        return new TrashedFolder(messages, going.Count, unit.Transaction.ModSeq);
    }

    private static Storage.MailboxRow Find(UnitOfWork unit, MailboxName name) =>
        unit.Transaction.Mailboxes().FirstOrDefault(row => row.Name == name) ?? throw new MailException(MailError.NoSuchMailbox, name.Value);
}

/// <param name="Messages">That were in it and below.</param>
/// <param name="Folders">Itself and those below.</param>
/// <param name="Change">By which it can be undone.</param>
public sealed record TrashedFolder(int Messages, int Folders, ModSeq Change);

/// <param name="Change">By which it can be undone.</param>
public sealed record MergedFolder(DoubledFolder Folder, ModSeq Change);
