using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Filtering.Events;
using Casella.Core.Mailboxes;
using Casella.Core.Notices;
using Casella.Core.Policies;
using Casella.Core.Storage;
using Casella.Core.Work;

namespace Casella.Core.Messages;

/// <summary>
/// What the account's rules do inside one transaction: assigns UIDs, raises the ModSeq, keeps every counter, writes the
/// change log, and collects what memory must follow. Everything that changes an account goes through here, so nothing
/// can be forgotten. Lives on the account's writer for one unit.
/// </summary>
internal sealed class UnitOfWork(IMailTransaction transaction, Actor actor, DateTimeOffset now, MailboxPolicy policy)
{
    private readonly Dictionary<MailboxId, MailboxRow> _rows = [];
    private readonly AccountUpdate _update = new();
    private HashSet<EmailId>? _goneDrafts;
    private bool _workChanged;
    private List<Removal>? _removals;
    private ReadStateChanges? _readStates;
    private bool _logged;

    public IMailTransaction Transaction => transaction;
    public Actor Actor => actor;
    public DateTimeOffset Now => now;

    /// <summary>As of before this unit.</summary>
    public MailboxPolicy Policy => policy;

    /// <summary>What persons have read; null where read states are common.</summary>
    public ReadStateChanges? ReadStates => policy.Seen is SeenMode.Person ? BeginReadStates() : null;

    /// <summary>The account as of before this unit.</summary>
    public AccountRow Before { get; } = transaction.Account;

    /// <summary>The unit delivers a notice: that must never be the cause of another.</summary>
    public bool IsNotice { get; set; }

    /// <summary>Messages that left a mailbox, for the brake: how many, from where, and where they are now.</summary>
    public IReadOnlyList<Removal> Removals => _removals ?? [];

    /// <summary>The mailbox with what this unit has done to it.</summary>
    /// <exception cref="MailException">NoSuchMailbox, MailboxNotSelectable.</exception>
    public MailboxRow Selectable(MailboxId mailbox)
    {
        var row = _rows.GetValueOrDefault(mailbox) ?? transaction.Mailbox(mailbox) ?? throw new MailException(MailError.NoSuchMailbox);
        return row.IsSelectable ? row : throw new MailException(MailError.MailboxNotSelectable, row.Name.Value);
    }

    /// <summary>Puts a message into a mailbox with the next UID (RFC 9051 §2.3.1.1).</summary>
    /// <exception cref="MailException">Unavailable when the mailbox has used its last UID.</exception>
    public Placement Place(MailboxId mailbox, EmailId email, PlacementFacts facts)
    {
        var row = Selectable(mailbox);
        if (row.UidNext.Value == uint.MaxValue)
            throw new MailException(MailError.Unavailable, $"{row.Name} has used all UIDs");
        var placement = new Placement(row.UidNext, email, facts.Flags, transaction.ModSeq, facts.Size, facts.ReceivedAt, now.ToUnixTimeSeconds(),
            facts.SentAt ?? facts.ReceivedAt);
        var countsAgain = !transaction.IsPlaced(email);
        transaction.InsertPlacement(mailbox, placement);
        if (countsAgain)
            transaction.AddUsage(facts.Size, 1);
        _rows[mailbox] = Counted(row, placement, +1) with
        {
            UidNext = new Uid(row.UidNext.Value + 1),
            HighestModSeq = transaction.ModSeq,
        };
        _update.Add(mailbox, PlacementEffect.Added, placement);
        if (facts.Original is { } original)
            ReadStates?.Copied(original, new PlacementName(mailbox, placement.Uid));
        return placement;
    }

    /// <summary>Gives a placement other flags and this unit's ModSeq.</summary>
    public Placement SetFlags(MailboxId mailbox, Placement before, MessageFlags flags)
    {
        var after = before with { Flags = flags, ModSeq = transaction.ModSeq };
        transaction.UpdateFlags(mailbox, before.Uid, flags, after.ModSeq);
        var row = Selectable(mailbox);
        _rows[mailbox] = Counted(Counted(row, before, -1), after, +1) with { HighestModSeq = transaction.ModSeq };
        if (row.SpecialUse is SpecialUse.Drafts && flags.Has(MessageFlags.Deleted))
            (_goneDrafts ??= []).Add(before.Email);
        _update.Add(mailbox, PlacementEffect.Replaced, after);
        return after;
    }

    /// <summary>
    /// The same for many of one mailbox, each as it is in this unit, ascending: neighbours that change alike are written
    /// at once.
    /// </summary>
    /// <param name="after">What each of them becomes, with this unit's ModSeq. The list is kept as it is.</param>
    public void SetFlags(MailboxId mailbox, List<Placement> before, List<Placement> after)
    {
        var row = Selectable(mailbox);
        var (unseen, deleted) = (row.Unseen, row.Deleted);
        for (var start = 0; start < before.Count;)
        {
            var toggled = before[start].Flags ^ after[start].Flags;
            var end = start + 1;
            while (end < before.Count && before[end].Uid.Value == before[end - 1].Uid.Value + 1
                && (before[end].Flags ^ after[end].Flags) == toggled)
                end++;
            transaction.ToggleFlags(mailbox, new UidRange(before[start].Uid, before[end - 1].Uid), toggled, transaction.ModSeq);
            start = end;
        }

        for (var i = 0; i < after.Count; i++)
        {
            var (old, flags) = (before[i].Flags, after[i].Flags);
            unseen -= Count(flags, MessageFlags.Seen) - Count(old, MessageFlags.Seen);
            deleted += Count(flags, MessageFlags.Deleted) - Count(old, MessageFlags.Deleted);
            if (row.SpecialUse is SpecialUse.Drafts && flags.Has(MessageFlags.Deleted))
                (_goneDrafts ??= []).Add(after[i].Email);
        }

        _update.AddReplaced(mailbox, after);
        _rows[mailbox] = row with { Unseen = unseen, Deleted = deleted, HighestModSeq = transaction.ModSeq };
    }

    private static int Count(MessageFlags flags, MessageFlags flag) => flags.Has(flag) ? 1 : 0;

    /// <summary>
    /// Takes a placement out of its mailbox; a message without any placement no longer counts for the quota.
    /// </summary>
    public void Remove(MailboxId mailbox, Placement placement)
    {
        ReadStates?.Removed(mailbox, placement.Uid);
        if (transaction.DeletePlacement(mailbox, placement, now))
            transaction.AddUsage(-placement.Size, -1);
        var row = Selectable(mailbox);
        if (row.SpecialUse is SpecialUse.Drafts)
            (_goneDrafts ??= []).Add(placement.Email);
        _rows[mailbox] = Counted(row, placement, -1) with
        {
            HighestModSeq = transaction.ModSeq,
            LastExpunge = transaction.ModSeq,
        };
        _update.Add(mailbox, PlacementEffect.Removed, placement);
    }

    /// <summary>Numbers of the named flags; keywords that the account does not have yet are made.</summary>
    /// <exception cref="MailException">TooManyKeywords.</exception>
    public MessageFlags Resolve(FlagNames names)
    {
        var flags = names.System;
        if (names.Keywords.Count == 0)
            return flags;
        var known = transaction.Keywords().ToList();
        foreach (var keyword in names.Keywords)
        {
            var number = new KeywordList(known).IndexOf(keyword);
            if (number < 0)
            {
                if (known.Count >= MessageFlags.MaxKeywords)
                    throw new MailException(MailError.TooManyKeywords, keyword);
                number = known.Count;
                known.Add(keyword);
                transaction.AddKeyword(keyword);
                _update.NewKeywords.Add(keyword);
            }

            flags |= MessageFlags.Keyword(number);
        }

        return flags;
    }

    /// <summary>
    /// As <see cref="Resolve"/>, without the keywords that the account has no room for: what the server marks by itself
    /// must not be the end of what somebody wanted.
    /// </summary>
    public MessageFlags ResolveWhatFits(FlagNames names)
    {
        var known = new KeywordList(transaction.Keywords());
        var room = MessageFlags.MaxKeywords - known.Names.Count;
        return Resolve(names with { Keywords = [.. names.Keywords.Where(keyword => known.IndexOf(keyword) >= 0 || room-- > 0)] });
    }

    /// <summary>
    /// Numbers of those of the named flags that the account has: what is to be taken away need not be made first.
    /// </summary>
    public MessageFlags ResolveKnown(FlagNames names)
    {
        if (names.Keywords.Count == 0)
            return names.System;
        var known = new KeywordList(transaction.Keywords());
        return names.Keywords.Select(known.IndexOf).Where(number => number >= 0)
            .Aggregate(names.System, (flags, number) => flags | MessageFlags.Keyword(number));
    }

    // ---- the tree

    /// <param name="instead">The deleted mailbox that it stands for, or null.</param>
    public MailboxRow CreateMailbox(MailboxName name, SpecialUse use, uint uidValidity, MailboxId? instead = null)
    {
        var id = transaction.InsertMailbox(name, use, uidValidity);
        var row = transaction.Mailbox(id)!;
        UpdateTree(row);
        Log(ChangeKind.MailboxCreated, id, instead, [], name.Value);
        return row;
    }

    public void UpdateTree(MailboxRow row)
    {
        _rows[row.Id] = row with { HighestModSeq = transaction.ModSeq };
        transaction.UpdateMailbox(_rows[row.Id]);
        _update.TreeChanged = true;
    }

    public void DeleteMailbox(MailboxRow row)
    {
        _rows.Remove(row.Id);
        transaction.DeleteMailbox(row.Id);
        _update.DeletedMailboxes.Add(row.Id);
        _update.TreeChanged = true;
    }

    public void SetSubscribed(string name, bool subscribed)
    {
        transaction.SetSubscribed(name, subscribed);
        _ = transaction.ModSeq;
        _update.Subscriptions.Add((name, subscribed));
        _update.TreeChanged = true;
    }

    public void SetPolicy(string name, string before, MailboxPolicy changed, PolicyRow row)
    {
        transaction.PutSetting(name, row.Get(changed));
        _update.Policy = changed;
        Log(ChangeKind.PolicyChanged, null, null, [], $"{name}\n{before}\n{row.Get(changed)}");
    }

    /// <summary>The script that runs is another, or has another text: memory follows.</summary>
    public void ScriptChanged() => _update.Script = new Filtering.ScriptUpdate(Filtering.ActiveScript.Read(transaction.Filters));

    // ---- read states

    /// <summary>They are personal from here on.</summary>
    public ReadStateChanges BeginReadStates() => _readStates ??= new ReadStateChanges(this, _update);

    /// <summary>The policy of read states has changed: memory reads or forgets them.</summary>
    public void SwitchReadStates(SeenMode mode, IReadOnlyList<PersonId> members)
    {
        if (mode is SeenMode.Person)
            ReadStateSwitch.ToPersons(this, members);
        else
            ReadStateSwitch.ToCommon(this);
        _update.SeenMode = mode;
    }

    public void AnnotationChanged(AnnotationChange change)
    {
        _update.Annotations.Add(change);
        if (EventScripts.IsNamedBy(change.Entry))
            EventScriptsChanged();
    }

    /// <summary>Other scripts run for events from here on; what was done before is none of theirs.</summary>
    public void EventScriptsChanged()
    {
        var scripts = EventScripts.Read(transaction);
        _update.Events = new EventScriptsUpdate(scripts);
        if (scripts is null)
            transaction.PutSetting(EventScripts.PositionSetting, null);
        else if (!transaction.Settings().ContainsKey(EventScripts.PositionSetting))
            transaction.PutSetting(EventScripts.PositionSetting, new EventPosition(transaction.ModSeq, 0).ToString());
    }

    // ---- work

    public void PutWork(WorkRow work)
    {
        transaction.PutWork(work);
        _workChanged = true;
    }

    public void EndWork(WorkRow work)
    {
        transaction.DeleteWork(work.Email, work.Draft);
        _workChanged = true;
    }

    /// <summary>The ModSeq of what this unit has written into the change log; null as long as that is nothing.</summary>
    public ModSeq? Logged => _logged ? transaction.ModSeq : null;

    /// <summary>Writes an entry of the change log.</summary>
    public void Log(ChangeKind kind, MailboxId? mailbox, MailboxId? other, IReadOnlyList<ChangedItem> items, string? text = null)
    {
        _logged = true;
        if (kind is ChangeKind.Expunged or ChangeKind.Moved && mailbox is { } from && _rows.TryGetValue(from, out var row))
            (_removals ??= []).Add(new Removal(row, other, items.Count));
        if (kind is ChangeKind.Expunged && mailbox is { } place)
            text ??= ReadStates?.ReadersOf(place, items);
        transaction.InsertChange(new ChangeRow(transaction.ModSeq, kind, mailbox, other, actor, now, items, text));
    }

    /// <summary>Something to tell the members of the mailbox; kept with what this unit has done.</summary>
    public void AddNotice<T>(NoticeKind kind, T facts)
    {
        transaction.Care.AddNotice(kind, now, NoticeFacts.Write(facts));
        _update.HasNotice = true;
    }

    /// <summary>
    /// Writes the mailboxes' rows and says what memory must follow. Nothing when the unit changed nothing.
    /// </summary>
    public AccountUpdate Finish()
    {
        if (_goneDrafts is not null)
            WorkRules.DraftsGone(this, _goneDrafts);
        if (_workChanged)
            _update.Work = new WorkUpdate(transaction.OpenWork() is [var next, ..] ? next.Until : null);
        _readStates?.Finish();
        if (_update.SeenMode is { } mode)
            _update.ReadStates = mode is SeenMode.Person ? Messages.ReadStates.Load(transaction.ReadStates) : null;
        foreach (var row in _rows.Values)
        {
            transaction.UpdateMailbox(row);
            _update.Mailboxes[row.Id] = row;
        }

        if (_logged || _rows.Count > 0 || _update.TreeChanged)
            (_update.ModSeq, _update.Account) = (transaction.ModSeq, transaction.Account);
        return _update;
    }

    private static MailboxRow Counted(MailboxRow row, Placement placement, int sign) => row with
    {
        Messages = row.Messages + sign,
        Unseen = row.Unseen + (placement.Flags.Has(MessageFlags.Seen) ? 0 : sign),
        Deleted = row.Deleted + (placement.Flags.Has(MessageFlags.Deleted) ? sign : 0),
        Size = row.Size + ((long)placement.Size * sign),
    };
}

/// <summary>What a placement takes over or gets new.</summary>
/// <param name="SentAt">Null for a message without a Date.</param>
internal readonly record struct PlacementFacts(MessageFlags Flags, uint Size, long ReceivedAt, long? SentAt)
{
    /// <summary>Of a copy or a move: what it is made from, for who has read it.</summary>
    public PlacementName? Original { get; init; }

    public static PlacementFacts Of(MailboxId mailbox, Placement original) =>
        new(original.Flags, original.Size, original.ReceivedAt, original.SentAt) { Original = new PlacementName(mailbox, original.Uid) };
}

/// <param name="From">The mailbox after they have left.</param>
/// <param name="To">Where they have moved, or null when they are gone.</param>
internal readonly record struct Removal(MailboxRow From, MailboxId? To, int Messages);
