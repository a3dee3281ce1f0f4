using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Policies;
using Casella.Core.Storage;

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
    private ReadStateChanges? _readStates;
    private bool _logged;

    public IMailTransaction Transaction => transaction;
    public Actor Actor => actor;
    public DateTimeOffset Now => now;

    /// <summary>As of before this unit.</summary>
    public MailboxPolicy Policy => policy;

    /// <summary>Whose \Seen is whose.</summary>
    public ReadStateChanges ReadStates => _readStates ??= new ReadStateChanges(this, _update);

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
        var placement = new Placement(row.UidNext, email, facts.Flags, transaction.ModSeq, facts.Size, facts.ReceivedAt, now.ToUnixTimeSeconds());
        var countsAgain = !transaction.IsPlaced(email);
        transaction.InsertPlacement(mailbox, placement);
        if (countsAgain)
            transaction.AddUsage(facts.Size, 1);
        _rows[mailbox] = Counted(row, placement, +1) with
        {
            UidNext = new Uid(row.UidNext.Value + 1),
            HighestModSeq = transaction.ModSeq,
        };
        _update.Placements.Add((mailbox, PlacementEffect.Added, placement));
        ReadStates.Placed(mailbox, placement, facts.Original);
        return placement;
    }

    /// <summary>Gives a placement other flags and this unit's ModSeq.</summary>
    public Placement SetFlags(MailboxId mailbox, Placement before, MessageFlags flags)
    {
        var after = before with { Flags = flags, ModSeq = transaction.ModSeq };
        transaction.UpdateFlags(mailbox, before.Uid, flags, after.ModSeq);
        _rows[mailbox] = Counted(Counted(Selectable(mailbox), before, -1), after, +1) with { HighestModSeq = transaction.ModSeq };
        _update.Placements.Add((mailbox, PlacementEffect.Replaced, after));
        return after;
    }

    /// <summary>
    /// Takes a placement out of its mailbox; a message without any placement no longer counts for the quota.
    /// </summary>
    public void Remove(MailboxId mailbox, Placement placement)
    {
        ReadStates.Removed(mailbox, placement.Uid);
        if (transaction.DeletePlacement(mailbox, placement, now))
            transaction.AddUsage(-placement.Size, -1);
        _rows[mailbox] = Counted(Selectable(mailbox), placement, -1) with
        {
            HighestModSeq = transaction.ModSeq,
            LastExpunge = transaction.ModSeq,
        };
        _update.Placements.Add((mailbox, PlacementEffect.Removed, placement));
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

    public MailboxRow CreateMailbox(MailboxName name, SpecialUse use, uint uidValidity)
    {
        var id = transaction.InsertMailbox(name, use, uidValidity);
        var row = transaction.Mailbox(id)!;
        UpdateTree(row);
        Log(ChangeKind.MailboxCreated, id, null, [], name.Value);
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

    /// <summary>Writes an entry of the change log.</summary>
    public void Log(ChangeKind kind, MailboxId? mailbox, MailboxId? other, IReadOnlyList<ChangedItem> items, string? text = null)
    {
        _logged = true;
        if (kind == ChangeKind.Expunged && mailbox is { } place)
            text ??= ReadStates.TakeRemoved(place);
        transaction.InsertChange(new ChangeRow(transaction.ModSeq, kind, mailbox, other, actor, now, items, text));
    }

    /// <summary>
    /// Writes the mailboxes' rows and says what memory must follow. Nothing when the unit changed nothing.
    /// </summary>
    public AccountUpdate Finish()
    {
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
internal readonly record struct PlacementFacts(MessageFlags Flags, uint Size, long ReceivedAt)
{
    /// <summary>Of a copy or a move: what it is made from and takes everybody's read state from.</summary>
    public PlacementAt? Original { get; init; }

    public static PlacementFacts Of(MailboxId mailbox, Placement original) =>
        new(original.Flags, original.Size, original.ReceivedAt) { Original = new PlacementAt(mailbox, original) };
}
