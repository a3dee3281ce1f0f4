using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Storage.Bodies;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>
/// The one writer's view of its account. Lives as long as the writer's connection: the account's and the mailboxes'
/// rows are kept in memory (nobody else writes them) and written once per commit.
/// <see cref="BeginUnit"/>/<see cref="UndoUnit"/> bracket each unit of a group, <see cref="WriteRows"/> ends the group.
/// </summary>
internal sealed class MailTransaction : MailReader, IMailTransaction
{
    private readonly Dictionary<MailboxId, MailboxRow> _mailboxes;
    private readonly HashSet<MailboxId> _dirty = [];
    private readonly HashSet<MailboxId> _dirtyInFull = [];
    private readonly List<(MailboxId Id, MailboxRow? Before)> _undo = [];
    private readonly Dictionary<Actor, long> _actors = [];
    private readonly CareRows _care;
    private readonly ReadStateRows _readStates;
    private readonly FilterRows _filters;
    private readonly MigrationRows _migration;
    private readonly SpamRows _spam;
    private AccountRow _account;
    private LastNumbers _last;
    private (AccountRow Account, LastNumbers Last) _before;
    private bool _accountDirty;
    private bool _hasModSeq;
    private IReadOnlyDictionary<string, string>? _settings;
    private int _ordinal;

    public MailTransaction(Database database, AccountId account) : base(database, account)
    {
        var read = ReadAccount();
        _account = read.Row;
        _last = read.Last;
        _mailboxes = ReadMailboxes().ToDictionary(row => row.Id);
        _care = new CareRows(database, account, () => HasWritten = true);
        _readStates = new ReadStateRows(database, account, () => HasWritten = true);
        _filters = new FilterRows(database, account, () => HasWritten = true);
        _migration = new MigrationRows(database, account, () => HasWritten = true);
        _spam = new SpamRows(database, account, () => HasWritten = true);
    }

    /// <summary>True when a unit since the last commit has written something that must be durable.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>
    /// Content was destroyed, and the write-ahead log still has it. The writer sets it back once the log is empty.
    /// </summary>
    public bool HasErased { get; set; }

    public override AccountRow Account => _account;
    public override IReadOnlyList<MailboxRow> Mailboxes() => [.. _mailboxes.Values];
    public override MailboxRow? Mailbox(MailboxId mailbox) => _mailboxes.GetValueOrDefault(mailbox);
    public ICareRows Care => _care;
    public IReadStateRows ReadStates => _readStates;
    public IFilterRows Filters => _filters;
    public IMigrationRows Migration => _migration;
    public ISpamRows Spam => _spam;

    /// <summary>The same object until a setting changes, so that who has read it need not read it again.</summary>
    public override IReadOnlyDictionary<string, string> Settings() => _settings ??= base.Settings();

    public ModSeq ModSeq
    {
        get
        {
            if (!_hasModSeq)
            {
                _hasModSeq = true;
                ChangeAccount(_account with { ModSeq = new ModSeq(_account.ModSeq.Value + 1) });
            }

            return _account.ModSeq;
        }
    }

    // ---- the writer's side

    public void BeginUnit()
    {
        (_hasModSeq, _ordinal) = (false, 0);
        _before = (_account, _last);
        _undo.Clear();
    }

    /// <summary>Takes back what the unit changed in memory; the caller rolls its savepoint back.</summary>
    public void UndoUnit()
    {
        (_account, _last) = _before;
        for (var i = _undo.Count - 1; i >= 0; i--)
            if (_undo[i].Before is { } row)
                _mailboxes[row.Id] = row;
            else
                _mailboxes.Remove(_undo[i].Id);
        _settings = null;
        _actors.Clear();   // an actor the unit has inserted is gone with its savepoint
    }

    /// <summary>Writes the rows kept in memory, before the commit.</summary>
    public void WriteRows()
    {
        if (_accountDirty)
            Database[MailStatements.UpdateAccount].Bind(_account.ModSeq.Value).Bind(_account.UsedBytes).Bind(_account.UsedMessages)
                .Bind(_account.QuotaLimit).Bind(_last.Mailbox).Bind(_last.Email).Bind(_last.Thread).Bind(_last.Actor).Bind(_last.UidValidity)
                .Bind(AccountId.Value).Run();
        foreach (var id in _dirty)
            if (_mailboxes.TryGetValue(id, out var row))
                Write(row);
        _care.WriteAlerts();
    }

    public void Committed()
    {
        _dirty.Clear();
        _dirtyInFull.Clear();
        (_accountDirty, HasWritten) = (false, false);
    }

    // ---- changes

    public void AddUsage(long bytes, long messages) => ChangeAccount(_account with
    {
        UsedBytes = _account.UsedBytes + bytes,
        UsedMessages = _account.UsedMessages + messages,
    });

    public void SetQuota(long? limit) => ChangeAccount(_account with { QuotaLimit = limit });

    public uint LastUidValidity
    {
        get => (uint)_last.UidValidity;
        set => (_last, _accountDirty, HasWritten) = (_last with { UidValidity = value }, true, true);
    }

    public MailboxId InsertMailbox(MailboxName name, SpecialUse use, uint uidValidity)
    {
        _last = _last with { Mailbox = _last.Mailbox + 1 };
        var id = new MailboxId(_last.Mailbox);
        UpdateMailbox(new MailboxRow(
            id, name, use, true, uidValidity, new Uid(1), ModSeq, new ModSeq(0), new Uid(1), 0, 0, 0, 0));
        return id;
    }

    public void UpdateMailbox(MailboxRow row)
    {
        UpdateMailboxLazily(row);
        HasWritten = true;
    }

    public void UpdateMailboxLazily(MailboxRow row)
    {
        var old = _mailboxes.GetValueOrDefault(row.Id);
        _undo.Add((row.Id, old));
        // A name that passes from one mailbox to another within a unit must not meet its old holder: renames are
        // written at once.
        if (old is not null && old.Name != row.Name)
            Put(row);
        if (old is null || Identity(old) != Identity(row))
            _dirtyInFull.Add(row.Id);
        _mailboxes[row.Id] = row;
        _dirty.Add(row.Id);
    }

    public void DeleteMailbox(MailboxId mailbox)
    {
        _undo.Add((mailbox, _mailboxes.GetValueOrDefault(mailbox)));
        _mailboxes.Remove(mailbox);
        Run(Database[MailStatements.DeleteMailbox].Bind(AccountId.Value).Bind(mailbox.Value));
        Run(Database[MailStatements.DeleteTombstones].Bind(AccountId.Value).Bind(mailbox.Value));
        Run(Database[SharingStatements.DeleteSeenOfMailbox].Bind(AccountId.Value).Bind(mailbox.Value));
        Run(Database[AnnotationStatements.DeleteOfMailbox].Bind(AccountId.Value).Bind(mailbox.Value));
        Run(Database[AccessKeyStatements.DeleteOfMailbox].Bind(AccountId.Value).Bind(mailbox.Value));
    }

    public void SetSubscribed(string name, bool subscribed) => Run(
        Database[subscribed ? MailStatements.Subscribe : MailStatements.Unsubscribe].Bind(AccountId.Value).Bind(name));

    public void AddKeyword(string keyword) => Run(
        Database[MailStatements.InsertKeyword].Bind(AccountId.Value).Bind(Keywords().Count).Bind(keyword));

    public void PutSetting(string name, string? value)
    {
        _settings = null;
        Run(value is null
            ? Database[MailStatements.DeleteSetting].Bind(AccountId.Value).Bind(name)
            : Database[MailStatements.PutSetting].Bind(AccountId.Value).Bind(name).Bind(value));
    }

    public EmailId InsertMessage(NewMessageRow row, PreparedBody body)
    {
        var stored = (StoredBody)body;
        _last = _last with { Email = _last.Email + 1 };
        var id = _last.Email;
        var thread = row.Thread?.Value ?? (_last = _last with { Thread = _last.Thread + 1 }).Thread;
        Run(Database[MailStatements.InsertMessage].Bind(id).Bind(AccountId.Value).Bind(row.ObjectId).Bind(thread).Bind(body.Size)
            .Bind(body.Sha256.Span).Bind(row.SentAt?.ToUnixTimeSeconds()).Bind((long?)row.SentAt?.Offset.TotalMinutes)
            .Bind(row.HasAttachments ? 1 : 0).Bind(row.Preview).Bind(row.BaseSubject)
            .Bind(row.Envelope.Span).Bind(row.Structure.Span));
        InsertBody(id, stored);
        if (row.MessageId is { } messageId)
            Run(Database[MailStatements.InsertMessageId].Bind(AccountId.Value).Bind(HashOf(messageId)).Bind(id).Bind(thread));
        return new EmailId(id);
    }

    public void ReplaceBody(EmailId message, PreparedBody body)
    {
        Run(Database[MailStatements.DeleteBody].Bind(AccountId.Value).Bind(message.Value));
        InsertBody(message.Value, (StoredBody)body);
    }

    public void InsertPlacement(MailboxId mailbox, Placement placement)
    {
        Run(Database[MailStatements.InsertPlacement].Bind(AccountId.Value).Bind(mailbox.Value).Bind(placement.Uid.Value)
            .Bind((long)(ulong)placement.Flags.Bits).Bind((long)(ulong)(placement.Flags.Bits >> 64))
            .Bind(placement.ModSeq.Value).Bind(placement.Size).Bind(placement.ReceivedAt).Bind(placement.Email.Value).Bind(placement.SavedAt)
            .Bind(placement.SentAt));
        if (Database[MailStatements.CountPlacement].Bind(AccountId.Value).Bind(placement.Email.Value).Scalar() is null)
            throw new MailException(MailError.NoSuchMessage, $"message {placement.Email.Value}");
    }

    public void UpdateFlags(MailboxId mailbox, Uid uid, MessageFlags flags, ModSeq modSeq) => Run(
        Database[MailStatements.UpdateFlags].Bind((long)(ulong)flags.Bits).Bind((long)(ulong)(flags.Bits >> 64)).Bind(modSeq.Value)
            .Bind(AccountId.Value).Bind(mailbox.Value).Bind(uid.Value));

    public void ToggleFlags(MailboxId mailbox, UidRange uids, MessageFlags flags, ModSeq modSeq) => Run(
        Database[MailStatements.ToggleFlags].Bind((long)(ulong)flags.Bits).Bind((long)(ulong)(flags.Bits >> 64)).Bind(modSeq.Value)
            .Bind(AccountId.Value).Bind(mailbox.Value).Bind(uids.First.Value).Bind(uids.Last.Value));

    public bool DeletePlacement(MailboxId mailbox, Placement placement, DateTimeOffset at)
    {
        Run(Database[MailStatements.DeletePlacement].Bind(AccountId.Value).Bind(mailbox.Value).Bind(placement.Uid.Value));
        Run(Database[MailStatements.InsertTombstone].Bind(AccountId.Value).Bind(mailbox.Value).Bind(ModSeq.Value).Bind(placement.Uid.Value));
        return Database[MailStatements.UncountPlacement].Bind(placement.ReceivedAt).Bind(at.ToUnixTimeSeconds()).Bind(AccountId.Value)
            .Bind(placement.Email.Value).Scalar() == 0;
    }

    public bool IsPlaced(EmailId message) =>
        Database[MailStatements.PlacementCount].Bind(AccountId.Value).Bind(message.Value).Scalar() > 0;

    public int DeleteOrphans(DateTimeOffset before, int limit)
    {
        var ids = new List<long>();
        var rows = Database[MailStatements.Orphans].Bind(AccountId.Value).Bind(before.ToUnixTimeSeconds()).Bind(limit);
        while (rows.Step())
            ids.Add(rows.Long(0));
        foreach (var id in ids)
            DeleteMessage(id);
        return ids.Count;
    }

    public IReadOnlyList<string> Destroy(IReadOnlyList<EmailId> messages)
    {
        var blobs = new List<string>();
        Database.Execute("PRAGMA secure_delete=ON");
        foreach (var message in messages.Where(message => !IsPlaced(message)))
        {
            var row = Database[MailStatements.BlobOfMessage].Bind(AccountId.Value).Bind(message.Value);
            while (row.Step())
                blobs.Add(row.Text(0));
            DeleteMessage(message.Value);
        }

        Database.Execute("PRAGMA secure_delete=OFF");
        HasErased = true;
        return blobs;
    }

    private void InsertBody(long message, StoredBody stored)
    {
        var row = Database[MailStatements.InsertBody].Bind(message).Bind(AccountId.Value).Bind(stored.HeaderSize);
        _ = stored.Header is { } header ? row.Bind(header.Span) : row.BindNull();
        _ = stored.Text is { } text ? row.Bind(text.Span) : row.BindNull();
        Run(row.Bind(stored.Blob));
    }

    public void InsertChange(ChangeRow row) => Run(
        Database[MailStatements.InsertChange].Bind(AccountId.Value).Bind(row.ModSeq.Value).Bind(_ordinal++).Bind((long)row.Kind)
            .Bind(row.Mailbox?.Value).Bind(row.Other?.Value).Bind(ActorNumber(row.Actor)).Bind(row.At.ToUnixTimeMilliseconds())
            .Bind(ChangedItems.Pack(row.Items)).Bind(row.Text));

    public void ReplaceChanges(ModSeq modSeq, IReadOnlyList<ChangeRow> rows)
    {
        Run(Database[LogStatements.DeleteChanges].Bind(AccountId.Value).Bind(modSeq.Value));
        foreach (var row in rows)
            InsertChange(row);
    }

    public void PutLogBounds(LogBounds bounds) => Run(
        Database[LogStatements.PutBounds].Bind(AccountId.Value).Bind(bounds.PassedTo.Value).Bind(bounds.PassedAt.ToUnixTimeSeconds())
            .Bind(bounds.VanishedFrom.Value));

    public int ForgetVanished(ModSeq upTo, int limit) => _mailboxes.Keys.Sum(mailbox => Run(
        Database[LogStatements.ForgetTombstones].Bind(AccountId.Value).Bind(mailbox.Value).Bind(upTo.Value).Bind(limit)));

    public void InsertDelivery(ReadOnlySpan<byte> key, EmailId message, DateTimeOffset at) => Run(
        Database[MailStatements.InsertDelivery].Bind(AccountId.Value).Bind(key).Bind(at.ToUnixTimeSeconds()).Bind(message.Value));

    public void DeleteDeliveries(DateTimeOffset before) => Run(
        Database[MailStatements.DeleteDeliveries].Bind(AccountId.Value).Bind(before.ToUnixTimeSeconds()));

    public void PutMaildropStart(DeviceId device, DateTimeOffset startsAt) => Run(
        Database[SharingStatements.PutMaildropStart].Bind(AccountId.Value).Bind(device.Value).Bind(startsAt.ToUnixTimeSeconds()));

    public bool Hide(DeviceId device, HiddenCopy copy) => Run(
        Database[SharingStatements.Hide].Bind(device.Value).Bind(copy.Copy).Bind(ModSeq.Value).Bind(AccountId.Value).Bind(copy.Email.Value)) > 0;

    public int Unhide(DeviceId device, EmailId message, ModSeq hiddenAt) => Run(
        Database[SharingStatements.Unhide].Bind(AccountId.Value).Bind(device.Value).Bind(message.Value).Bind(hiddenAt.Value));

    public void PutSentCopy(SentCopyRow row) => Run(
        Database[SharingStatements.PutSentCopy].Bind(AccountId.Value).Bind(row.Email.Value).Bind(row.At.ToUnixTimeSeconds())
            .Bind(row.Person?.Value).Bind(row.Device?.Value));

    public void DeleteSentCopies(DateTimeOffset before) => Run(
        Database[SharingStatements.DeleteSentCopies].Bind(AccountId.Value).Bind(before.ToUnixTimeSeconds()));

    public void PutWork(WorkRow row) => Run(
        Database[SharingStatements.PutWork].Bind(AccountId.Value).Bind(row.Email.Value).Bind(row.Draft?.Value ?? 0)
            .Bind(ActorNumber(row.Actor)).Bind(row.Since.ToUnixTimeSeconds()).Bind(row.Until?.ToUnixTimeSeconds()).Bind((long)row.Marks));

    public void DeleteWork(EmailId message, EmailId? draft) => Run(
        Database[SharingStatements.DeleteWork].Bind(AccountId.Value).Bind(message.Value).Bind(draft?.Value ?? 0));

    private void DeleteMessage(long id)
    {
        Run(Database[MailStatements.DeleteMessageIds].Bind(AccountId.Value).Bind(id));
        Run(Database[SharingStatements.DeleteHidden].Bind(AccountId.Value).Bind(id));
        Run(Database[SharingStatements.DeleteSentCopy].Bind(AccountId.Value).Bind(id));
        Run(Database[SharingStatements.DeleteWorkOn].Bind(AccountId.Value).Bind(id));
        Run(Database[MailStatements.DeleteBody].Bind(AccountId.Value).Bind(id));
        Run(Database[MailStatements.DeleteMessage].Bind(AccountId.Value).Bind(id));
    }

    public void PutAnnotation(AnnotationRow row)
    {
        var (mailbox, owner) = (row.Mailbox?.Value ?? 0, row.Owner.Value);
        Run(row.Value is { } value
            ? Database[AnnotationStatements.Put].Bind(AccountId.Value).Bind(mailbox).Bind(owner).Bind(row.Entry).Bind(value.Span)
            : Database[AnnotationStatements.Delete].Bind(AccountId.Value).Bind(mailbox).Bind(owner).Bind(row.Entry));
    }

    public void CopyAnnotations(MailboxId from, MailboxId to) => Run(
        Database[AnnotationStatements.Copy].Bind(AccountId.Value).Bind(from.Value).Bind(to.Value));

    public long AnnotationOctets() => Database[AnnotationStatements.Octets].Bind(AccountId.Value).Scalar() ?? 0;

    public void PutAccessKey(MailboxId mailbox, PersonId? person, ReadOnlySpan<byte> key) => Run(
        Database[AccessKeyStatements.Put].Bind(AccountId.Value).Bind(mailbox.Value).Bind(person?.Value ?? 0).Bind(key));

    public void DeleteAccessKeys(PersonId? person) => Run(
        Database[AccessKeyStatements.DeleteOfPerson].Bind(AccountId.Value).Bind(person?.Value ?? 0));

    private long ActorNumber(Actor actor)
    {
        if (_actors.TryGetValue(actor, out var known))
            return known;
        var number = Database[MailStatements.FindActor].Bind(AccountId.Value).Bind(actor.Person?.Value).Bind(actor.Device?.Value)
            .Bind((long)actor.Protocol).Bind(actor.Name).Bind(actor.Client).Scalar();
        if (number is null)
        {
            _last = _last with { Actor = _last.Actor + 1 };
            _accountDirty = true;
            number = _last.Actor;
            Run(Database[MailStatements.InsertActor].Bind(AccountId.Value).Bind(number).Bind(actor.Person?.Value)
                .Bind(actor.Device?.Value).Bind((long)actor.Protocol).Bind(actor.Name).Bind(actor.Client));
        }

        return _actors[actor] = number.Value;
    }

    private void ChangeAccount(AccountRow row)
    {
        _account = row;
        (_accountDirty, HasWritten) = (true, true);
    }

    private void Write(MailboxRow row)
    {
        if (_dirtyInFull.Contains(row.Id))
            Put(row);
        else
            Database[MailStatements.UpdateMailbox].Bind(row.UidNext.Value).Bind(row.HighestModSeq.Value)
                .Bind(row.LastExpunge.Value).Bind(row.FirstRecent.Value).Bind(row.Messages).Bind(row.Unseen)
                .Bind(row.Deleted).Bind(row.Size).Bind(AccountId.Value).Bind(row.Id.Value).Run();
    }

    private static (MailboxName, SpecialUse, bool, uint) Identity(MailboxRow row) =>
        (row.Name, row.SpecialUse, row.IsSelectable, row.UidValidity);

    private void Put(MailboxRow row) =>
        Database[MailStatements.PutMailbox].Bind(AccountId.Value).Bind(row.Id.Value).Bind(row.Name.Value).Bind((long)row.SpecialUse)
            .Bind(row.IsSelectable ? 1 : 0).Bind(row.UidValidity).Bind(row.UidNext.Value).Bind(row.HighestModSeq.Value)
            .Bind(row.LastExpunge.Value).Bind(row.FirstRecent.Value).Bind(row.Messages).Bind(row.Unseen).Bind(row.Deleted)
            .Bind(row.Size).Run();

    private int Run(Statement statement)
    {
        HasWritten = true;
        return statement.Run();
    }
}
