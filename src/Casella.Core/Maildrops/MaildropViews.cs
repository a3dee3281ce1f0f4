using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Maildrops;

/// <summary>
/// POP3 by device: every device has a view of INBOX of its own, and what it deletes goes the way that the mailbox has
/// decided (ADR 0011). One for each actor, as <see cref="MailAccount.Maildrops"/>.
/// </summary>
public sealed class MaildropViews
{
    /// <summary>Messages whose unique-ids are read at a time.</summary>
    private const int FactsBatch = 1_000;

    private readonly AccountState _state;
    private readonly MailAccount _account;

    internal MaildropViews(AccountState state, MailAccount account) => (_state, _account) = (state, account);

    /// <summary>
    /// The acting device's view as of the last commit. The first time fixes where the device starts: what the mailbox
    /// decides later is for other devices.
    /// </summary>
    /// <exception cref="MailException">NoPermission: the actor is no device.</exception>
    public async Task<MaildropView> OpenAsync(CancellationToken cancellationToken)
    {
        var device = Device;
        var inbox = _state.Tree.Find(MailboxName.Inbox) ?? throw new MailException(MailError.NoSuchMailbox, "INBOX");
        var snapshot = await _account.GetSnapshotAsync(inbox.Id, cancellationToken);
        var (known, hidden) = await _state.Store.ReadAsync(
            _state.Id, reader => (reader.MaildropStart(device), reader.Hidden(device)), cancellationToken);
        var start = (known ?? await StartAsync(device, cancellationToken)).ToUnixTimeSeconds();
        return new MaildropView(snapshot, Visible(snapshot, start, hidden.ToHashSet()));
    }

    /// <summary>
    /// The unique-ids of a view in its order (RFC 1939 §7: 1–70 characters, unique in the maildrop, never re-used): the
    /// message's own eternal id, whatever folder it has been in; a further copy gets "-2" and so on behind it. Null for
    /// a message whose content is gone. What was brought over from another server keeps the name that it had there, so that
    /// programs do not fetch it again.
    /// </summary>
    public async Task<IReadOnlyList<string?>> ReadUniqueIdsAsync(MaildropView view, CancellationToken cancellationToken)
    {
        var ids = new string?[view.Count];
        var old = await _state.Store.ReadAsync(_state.Id, reader => reader.OldUniqueIds(), cancellationToken);
        for (var start = 0; start < ids.Length; start += FactsBatch)
        {
            var at = start;
            var batch = Enumerable.Range(start, Math.Min(FactsBatch, ids.Length - start)).Select(i => view[i].Placement).ToList();
            await foreach (var message in _account.ReadAsync(batch, MessageNeeds.Facts, cancellationToken))
            {
                while (view[at].Placement.Uid != message.Placement.Uid)
                    at++;
                var copy = view[at].Copy;
                var id = old.GetValueOrDefault(message.Placement.Email) ?? message.Facts!.ObjectId;
                ids[at++] = copy == 1 ? id : $"{id}-{copy}";
            }
        }

        return ids;
    }

    /// <summary>A message was downloaded as a whole: \Seen, if the mailbox wants that.</summary>
    public async Task RetrievedAsync(MaildropView view, Placement message, CancellationToken cancellationToken)
    {
        if (_state.Policy.Pop3MarksSeen && !message.Flags.Has(MessageFlags.Seen))
            await _account.StoreFlagsAsync(
                view.Inbox, [message.Uid], FlagOperation.Add, new FlagNames(MessageFlags.Seen, []), null, cancellationToken);
    }

    /// <summary>
    /// The UPDATE state (RFC 1939 §6): what was marked is hidden for this device, moved to Trash or deleted, all in one
    /// transaction. What somebody else has moved or expunged meanwhile is left as it is.
    /// </summary>
    public Task<MaildropUpdate> UpdateAsync(MaildropView view, IReadOnlyList<MaildropMessage> marked, CancellationToken cancellationToken) =>
        _state.WriteAsync(
            _account.Actor,
            unit =>
            {
                IReadOnlyList<Uid> uids = [.. marked.Select(message => message.Placement.Uid)];
                var count = unit.Policy.Pop3Deletion switch
                {
                    Pop3Deletion.Hide => Hide(unit, view, marked),
                    Pop3Deletion.Trash => PlacementChanges.Move(unit, view.Inbox, uids, TreeChanges.OfUse(unit, SpecialUse.Trash).Id).Source.Count,
                    Pop3Deletion.Delete => PlacementChanges.Expunge(unit, view.Inbox, uids, onlyDeleted: false).Expunged.Count,
                };
                return new MaildropUpdate(unit.Policy.Pop3Deletion, count);
            },
            cancellationToken);

    /// <summary>
    /// Takes back what a device has hidden in one unit (<see cref="ChangeKind.HiddenForDevice"/>); it finds the
    /// messages at its next sign-in, under their old unique-ids.
    /// </summary>
    /// <returns>How many it sees again.</returns>
    internal static int Unhide(UnitOfWork unit, DeviceId device, ModSeq hiddenAt, IReadOnlyList<EmailId> messages) =>
        messages.Distinct().Sum(message => unit.Transaction.Unhide(device, message, hiddenAt));

    private DeviceId Device => _account.Actor.Device ?? throw new MailException(MailError.NoPermission, "only a device has a maildrop");

    private Task<DateTimeOffset> StartAsync(DeviceId device, CancellationToken cancellationToken) => _state.Store.WriteAsync(
        _state.Id,
        transaction =>
        {
            if (transaction.MaildropStart(device) is { } start)
                return start;
            start = _state.Policy.Pop3StartDays is { } days ? _state.Time.GetUtcNow().AddDays(-days) : DateTimeOffset.UnixEpoch;
            transaction.PutMaildropStart(device, start);
            return start;
        },
        null,
        cancellationToken);

    /// <summary>
    /// Copies are counted over all of INBOX, so that one keeps its unique-id when the device hides the one before it.
    /// </summary>
    private static (int Position, int Copy)[] Visible(MailboxSnapshot inbox, long start, HashSet<HiddenCopy> hidden)
    {
        var copies = new Dictionary<EmailId, int>(inbox.Count);
        var visible = new List<(int, int)>(inbox.Count);
        for (var i = 0; i < inbox.Count; i++)
        {
            var placement = inbox[i];
            var copy = copies[placement.Email] = copies.GetValueOrDefault(placement.Email) + 1;
            if (placement.ReceivedAt >= start && !hidden.Contains(new HiddenCopy(placement.Email, copy)))
                visible.Add((i, copy));
        }

        return [.. visible];
    }

    /// <summary>
    /// Also what has left INBOX meanwhile: when somebody brings it back, this device has had it.
    /// </summary>
    private int Hide(UnitOfWork unit, MaildropView view, IReadOnlyList<MaildropMessage> marked)
    {
        var items = new List<ChangedItem>(marked.Count);
        foreach (var (placement, copy) in marked)
        {
            if (!unit.Transaction.Hide(Device, new HiddenCopy(placement.Email, copy)))
                continue;
            var flags = (unit.Transaction.Placement(view.Inbox, placement.Uid) ?? placement).Flags;
            items.Add(new ChangedItem(placement.Uid, placement.Email, flags, flags, null));
        }

        if (items.Count > 0)
            unit.Log(ChangeKind.HiddenForDevice, view.Inbox, null, items);
        return items.Count;
    }
}
