using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Commands.Searching;
using Casella.Imap.Syntax;

namespace Casella.Imap.Session;

/// <summary>Positions First … Last in a view, inclusive, from 0.</summary>
internal readonly record struct PositionRange(int First, int Last);

/// <summary>What the selected mailbox was opened for.</summary>
internal enum ViewAccess
{
    /// <summary>EXAMINE, or a member who may only read.</summary>
    Read,

    /// <summary>A member who may only read, with a \Seen of their own: RFC 4314 §4 "s" without "w".</summary>
    MarkSeen,

    Work,
}

/// <summary>What becomes of message numbers beyond the end of a mailbox.</summary>
internal enum Beyond
{
    /// <summary>The command is BAD.</summary>
    Refused,

    /// <summary>They name nothing.</summary>
    Ignored,
}

/// <summary>
/// The selected mailbox as this client knows it, and the only place that knows a sequence number. The client's numbers
/// are positions in the snapshot that it was last told about completely; flags come from the latest snapshot the
/// session has looked at. The two differ only while expunged messages may not be announced (RFC 3501 §7.4.1), for then
/// the numbers must stay as they are.
/// </summary>
/// <remarks>
/// What is told follows from comparing snapshots, never from events: nothing can be missed or told twice.
/// </remarks>
internal sealed class MailboxView
{
    private readonly RecentUids _recent = new();
    private readonly List<ModSeq> _ownChanges = [];
    private MailboxSnapshot _announced;
    private MailboxSnapshot _latest;
    private ModSeq _flagsTold;
    private ModSeq _flagsRead;

    /// <param name="firstRecent">From MailAccount.ClaimRecentAsync, asked before the snapshot was taken.</param>
    public MailboxView(MailAccount account, MailboxSnapshot snapshot, Uid firstRecent, ViewAccess access)
    {
        Account = account;
        _announced = _latest = snapshot;
        _flagsTold = _flagsRead = snapshot.HighestModSeq;
        _recent.Add(firstRecent, snapshot.UidNext);
        Access = access;
    }

    /// <summary>
    /// The account whose mailbox it is: not always the one that was signed in to, for a person sees others beside it.
    /// </summary>
    public MailAccount Account { get; private set; }

    public MailboxId Mailbox => _latest.Mailbox;

    public MailboxAt At => new(Account, Mailbox);

    /// <summary>The client has given its numbers up: who names a message by one is refused (RFC 9586).</summary>
    public bool IsUidOnly { get; set; }

    /// <summary>Opened by EXAMINE, or by who may not work in the account.</summary>
    public bool IsReadOnly => Access is not ViewAccess.Work;

    public ViewAccess Access { get; }

    /// <summary>Messages the client knows of: the last EXISTS less the EXPUNGEs since.</summary>
    public int Count => _announced.Count;

    public int RecentCount => _recent.CountIn(_announced);

    /// <summary>The UID after the last message the client knows of.</summary>
    public Uid UidNext => _announced.UidNext;

    /// <summary>All changes up to here have been told.</summary>
    public ModSeq ToldModSeq => _announced.HighestModSeq;

    /// <summary>True while messages are gone that the client still has numbers for.</summary>
    public bool HoldsExpungesBack => !ReferenceEquals(_announced, _latest);

    /// <summary>
    /// The newest snapshot the session has looked at: for searching and for keywords. It may lack messages the client
    /// still has numbers for, and have some the client has not been told about.
    /// </summary>
    public MailboxSnapshot Latest => _latest;

    /// <summary>What the client knows. Flags may have changed since; what a message is has not.</summary>
    public MailboxSnapshot Announced => _announced;

    /// <summary>The message at a position, with its latest flags; the last known ones when it is gone.</summary>
    public Placement this[int position]
    {
        get
        {
            var placement = _announced[position];
            if (!HoldsExpungesBack)
                return placement;
            var index = _latest.IndexOf(placement.Uid);
            return index < 0 ? placement : _latest[index];
        }
    }

    /// <summary>
    /// The messages at these positions, as <see cref="this"/> has them, until the view goes on. Not copied while nothing
    /// is held back.
    /// </summary>
    public IReadOnlyList<Placement> MessagesAt(List<int> positions) =>
        HoldsExpungesBack ? positions.ConvertAll(position => this[position]) : _announced.At(positions);

    /// <summary>
    /// "$": what the last SEARCH with SAVE found, ascending (RFC 5182 §2.1). A view begins without; what is expunged
    /// drops out of it by itself, for UIDs are never given again.
    /// </summary>
    public IReadOnlyList<UidRange> SavedResult { get; set; } = [];

    /// <summary>The searches whose results are kept up to date; null while there are none.</summary>
    public SearchContexts? Contexts { get; set; }

    /// <summary>The UID ranges a set names, whether there are messages or not.</summary>
    /// <param name="star">What "*" stands for.</param>
    public List<UidRange> UidRanges(SequenceSet set, uint star) =>
        set.IsSaved ? [.. SavedResult] : set.NormalizeUids(star);

    /// <summary>The UIDs that are \Recent in this session, whether they still exist or not.</summary>
    public IReadOnlyList<UidRange> RecentRanges => _recent.Ranges;

    public bool IsRecent(Uid uid) => _recent.Contains(uid);

    /// <summary>The sequence number of a UID, or 0 when the client does not know it.</summary>
    public int NumberOf(Uid uid) => uid < _announced.UidNext ? Math.Max(_announced.IndexOf(uid), -1) + 1 : 0;

    /// <summary>
    /// Positions a set names, ascending. UIDs that are not there are passed over (RFC 9051 §6.4.9); numbers that are
    /// not there are an error.
    /// </summary>
    /// <exception cref="ImapSyntaxException">A sequence number above the number of messages (RFC 9051 §9
    /// seq-number).</exception>
    public List<PositionRange> Positions(SequenceSet set, bool byUid, Beyond beyond = Beyond.Refused)
    {
        var positions = new List<PositionRange>();
        if (!byUid && !set.IsSaved)
        {
            if (IsUidOnly)
                throw ImapSyntaxException.UidRequired();
            if (beyond == Beyond.Refused && (set.Largest > Count || (set.HasStar && Count == 0)))
                throw new ImapSyntaxException($"The mailbox has {Count} messages");
            foreach (var range in set.Normalize((uint)Count))
                if (range.First <= Count && Count > 0)
                    positions.Add(new PositionRange((int)range.First - 1, (int)Math.Min(range.Last, (uint)Count) - 1));
            return positions;
        }
        foreach (var range in UidRanges(set, LargestUid))
        {
            var first = _announced.AtOrAbove(range.First);
            var last = _announced.Above(range.Last) - 1;
            if (first <= last)
                positions.Add(new PositionRange(first, last));
        }
        return positions;
    }

    /// <summary>The same, one by one.</summary>
    /// <exception cref="ImapSyntaxException">As <see cref="Positions"/>.</exception>
    public List<int> EachPosition(SequenceSet set, bool byUid, Beyond beyond = Beyond.Refused)
    {
        var ranges = Positions(set, byUid, beyond);
        var positions = new List<int>(ranges.Sum(range => range.Last - range.First + 1));
        foreach (var range in ranges)
            for (var position = range.First; position <= range.Last; position++)
                positions.Add(position);
        return positions;
    }

    /// <summary>UIDs a set names, ascending, of messages the client knows of.</summary>
    /// <exception cref="ImapSyntaxException">As <see cref="Positions"/>.</exception>
    public List<Uid> Uids(SequenceSet set, bool byUid, Beyond beyond = Beyond.Refused)
    {
        var positions = EachPosition(set, byUid, beyond);
        var uids = new List<Uid>(positions.Count);
        foreach (var placement in _announced.At(positions))
            uids.Add(placement.Uid);
        return uids;
    }

    /// <summary>
    /// What "*" is among UIDs: the last message's, or UIDNEXT in an empty mailbox (RFC 9051 §9 seq-number).
    /// </summary>
    public uint LargestUid => Count > 0 ? _announced[Count - 1].Uid.Value : _announced.UidNext.Value;

    /// <summary>The highest UID that a message here may have had (RFC 7162 §3.2.5.1: UIDNEXT less 1).</summary>
    public uint LastUidGiven => Math.Max(_announced.UidNext.Value - 1, 1);

    /// <summary>
    /// UIDs expunged after a ModSeq, among <paramref name="asked"/> or all. Without those that this client still has a
    /// number for: they are announced in their turn, and once.
    /// </summary>
    public async ValueTask<IReadOnlyList<UidRange>> VanishedSinceAsync(
        ModSeq since, List<UidRange>? asked, CancellationToken cancellationToken)
    {
        var vanished = await Account.VanishedSinceAsync(Mailbox, since, cancellationToken);
        var view = _announced;
        var gone = Syntax.UidRanges.Without(vanished, view);
        return asked is null ? gone : Syntax.UidRanges.Intersect(gone, asked);
    }

    /// <summary>
    /// The client has been told about this change of its own, or asked not to be (STORE .SILENT): <see cref="Advance"/>
    /// passes over it. One transaction, one ModSeq: no other change can hide behind it.
    /// </summary>
    public void Told(ModSeq ownChange) => _ownChanges.Add(ownChange);

    /// <summary>A command has been answered: what was told until then the client has read before it sends the next.</summary>
    public void Answered() => _flagsRead = _flagsTold;

    /// <summary>The flags as the client knows them now; they stay so when the view goes on.</summary>
    public KnownFlags Known() => new(_announced, _latest, _flagsRead);

    /// <summary>
    /// Whether the client has been told of flags that are newer than this change of its own: then the change's MODSEQ
    /// comes too late to be told.
    /// </summary>
    public bool WereToldAfter(ModSeq ownChange, int position) => this[position].ModSeq is var newest && newest > ownChange && newest <= _flagsTold;

    /// <summary>From now on every change says which program made it.</summary>
    public void SetClientName(string name) => Account = Account.As(Account.Actor with { Client = name });

    /// <summary>Messages below this UID that have come since are recent in this session.</summary>
    public void Claimed(Uid firstRecent, Uid uidNext) => _recent.Add(firstRecent, uidNext);

    /// <summary>
    /// Goes on to a newer snapshot of a client that wants to hear of nothing (RFC 5465 §3.1): its numbers stay as they
    /// are, the flags it asks for are the latest. <see cref="Advance"/> tells all of it in the end.
    /// </summary>
    public ViewChanges Look(MailboxSnapshot next)
    {
        var hasNewKeywords = next.Keywords.Names.Count > _latest.Keywords.Names.Count;
        _latest = next;
        _ownChanges.Clear();
        return hasNewKeywords ? new ViewChanges { HasNewKeywords = true } : ViewChanges.None;
    }

    /// <summary>Goes on to a newer snapshot and says what the client has to be told about it.</summary>
    /// <param name="mayExpunge">False during FETCH, STORE and SEARCH: then sequence numbers stay, and with them the
    /// number of messages.</param>
    /// <param name="tellsFlags">False for a client that does not want to hear of flags now; it does when it wants to
    /// again.</param>
    public ViewChanges Advance(MailboxSnapshot next, bool mayExpunge, bool tellsFlags = true)
    {
        var oweFlags = tellsFlags && _flagsTold < _latest.HighestModSeq;
        if (next.HighestModSeq == _latest.HighestModSeq && !(HoldsExpungesBack && mayExpunge) && !oweFlags)
            return ViewChanges.None;

        var (before, seen) = (_announced, _latest);
        var expunged = FindExpunged(before, next);
        if (mayExpunge || expunged.Count == 0)
            _announced = next;
        _latest = next;
        var (flagsChanged, modSeqChanged) = tellsFlags ? FindFlagChanges(seen, next, before.UidNext) : ([], []);
        var changes = new ViewChanges
        {
            HasNewKeywords = next.Keywords.Names.Count > seen.Keywords.Names.Count,
            FlagsChanged = flagsChanged,
            ModSeqChanged = modSeqChanged,
        };
        _ownChanges.Clear();
        if (tellsFlags)
            _flagsTold = next.HighestModSeq;
        if (!ReferenceEquals(_announced, next))
            return changes;
        var newCount = next.Count - (before.Count - expunged.Count);
        return changes with
        {
            Expunged = expunged.ConvertAll(static position => position + 1),
            Vanished = expunged.ConvertAll(position => before[position].Uid),
            NewCount = newCount,
            Exists = newCount > 0 ? next.Count : null,
            Recent = newCount > 0 ? RecentCount : null,
        };
    }

    /// <summary>
    /// Positions in <paramref name="before"/> of messages that are not in <paramref name="next"/>, ascending: for each
    /// one a binary search for the first place where the two no longer agree, so that a few expunges in a large mailbox
    /// cost nothing.
    /// </summary>
    private static List<int> FindExpunged(MailboxSnapshot before, MailboxSnapshot next)
    {
        var expunged = new List<int>();
        if (next.LastExpunge <= before.HighestModSeq)
            return expunged;
        var kept = next.AtOrAbove(before.UidNext);
        for (var from = 0; expunged.Count < before.Count - kept;)
        {
            var (low, high) = (from, before.Count - 1);
            while (low < high)
            {
                var middle = low + (high - low) / 2;
                var moved = middle - expunged.Count;
                if (moved < kept && next[moved].Uid == before[middle].Uid)
                    low = middle + 1;
                else
                    high = middle;
            }
            expunged.Add(low);
            from = low + 1;
        }
        return expunged;
    }

    private (List<int> Flags, List<int> ModSeq) FindFlagChanges(MailboxSnapshot seen, MailboxSnapshot next, Uid knownBelow)
    {
        var (flags, modSeq) = (new List<int>(), new List<int>());
        // What the client believes after a change of its own, or of what it has not been told, is not what the snapshots
        // say: then it is told all.
        var mayLookTheSame = next.IsPersonal && seen.IsPersonal && _ownChanges.Count == 0 && _flagsTold == seen.HighestModSeq;
        foreach (var position in next.ChangedSince(_flagsTold))
        {
            var placement = next[position];
            if (placement.Uid >= knownBelow)
                break;
            if (_ownChanges.Contains(placement.ModSeq))
                continue;
            var looksTheSame = mayLookTheSame && seen.IndexOf(placement.Uid) is >= 0 and var at && seen[at].Flags == placement.Flags;
            (looksTheSame ? modSeq : flags).Add(NumberOf(placement.Uid));
        }
        return (flags, modSeq);
    }
}
