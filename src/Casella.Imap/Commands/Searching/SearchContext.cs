using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Session;

namespace Casella.Imap.Commands.Searching;

/// <summary>
/// One result that is kept up to date: the UIDs the client has in it, in its order. What has become of it follows from
/// searching again among the messages that have changed since.
/// </summary>
internal sealed class SearchContext
{
    private readonly ContextRequest _request;
    private readonly List<Uid> _result;
    private ModSeq _since;
    private Uid _knownBelow;

    /// <param name="result">What the client has just been told.</param>
    public SearchContext(ContextRequest request, MailboxView view, IReadOnlyList<Uid> result)
    {
        (_request, _result) = (request, [.. result]);
        (_since, _knownBelow) = (view.Latest.HighestModSeq, view.UidNext);
    }

    public string Tag => _request.Tag;

    public bool IsSorted => _request.Keys.Count > 0;

    public int Count => _result.Count;

    /// <summary>
    /// Takes messages out that are not in the snapshot any more; null when there are none. Said with UIDs or with the
    /// numbers that they have until the client is told of their end, so this may be said at any time (RFC 5267 A.3).
    /// </summary>
    public ContextUpdate? TakeGone(MailboxSnapshot next)
    {
        if (next.LastExpunge <= _since)
            return null;
        var gone = _result.Where(uid => next.IndexOf(uid) < 0).ToHashSet();
        return gone.Count == 0 ? null : new ContextUpdate(_request, Remove(gone), []);
    }

    /// <exception cref="MailException">TooExpensive.</exception>
    public async ValueTask<ContextUpdate?> UpdateAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var view = session.View;
        var (snapshot, candidates) = (view.Latest, Candidates(view));
        if (candidates.Count == 0)
        {
            (_since, _knownBelow) = (snapshot.HighestModSeq, view.UidNext);
            return null;
        }

        var criterion = new SearchCriterion.And(
            [new SearchCriterion.Uids(UidRange.Of(candidates)), _request.Program.Resolve(session, view, Beyond.Ignored)]);
        var matching = (await view.Account.SearchAsync(snapshot, criterion, cancellationToken)).ToHashSet();
        var members = _result.ToHashSet();
        var lost = candidates.Where(uid => members.Contains(uid) && !matching.Contains(uid)).ToHashSet();
        var won = candidates.Where(uid => !members.Contains(uid) && matching.Contains(uid)).ToList();
        // Only now, so that a search which failed is made again.
        (_since, _knownBelow) = (snapshot.HighestModSeq, view.UidNext);
        if (lost.Count == 0 && won.Count == 0)
            return null;
        var removed = Remove(lost);
        return new ContextUpdate(_request, removed, await AddAsync(session, won, cancellationToken));
    }

    /// <summary>Messages the client knows of that are new to it or have changed, ascending.</summary>
    private List<Uid> Candidates(MailboxView view)
    {
        var candidates = new List<Uid>();
        foreach (var position in view.Latest.ChangedSince(_since))
            if (view.Latest[position].Uid is var uid && uid < _knownBelow && view.NumberOf(uid) > 0)
                candidates.Add(uid);
        for (var position = view.Latest.AtOrAbove(_knownBelow); position < view.Latest.Count; position++)
            if (view.Latest[position].Uid is var uid && view.NumberOf(uid) > 0)
                candidates.Add(uid);
        return candidates;
    }

    /// <summary>
    /// RFC 5267 §4.3.4: from the last to the first, so that no position shifts another; position 0 where the order is
    /// the mailbox's.
    /// </summary>
    private List<ContextRun> Remove(HashSet<Uid> lost)
    {
        if (lost.Count == 0)
            return [];
        var runs = IsSorted ? Runs(lost.Contains) : [new ContextRun(0, [.. _result.Where(lost.Contains)])];
        runs.Reverse();
        _result.RemoveAll(lost.Contains);
        return runs;
    }

    /// <summary>RFC 5267 §4.3.3: from the first to the last; what is there already keeps its order.</summary>
    private async ValueTask<List<ContextRun>> AddAsync(ImapSession session, List<Uid> won, CancellationToken cancellationToken)
    {
        if (won.Count == 0)
            return [];
        _result.AddRange(won);
        if (!IsSorted)
        {
            _result.Sort();
            return [new ContextRun(0, won)];
        }

        var view = session.View;
        var placements = _result.Order().Select(uid => view.NumberOf(uid)).Where(number => number > 0)
            .Select(number => view[number - 1]).ToList();
        var sorted = await view.Account.SortAsync(placements, _request.Keys, cancellationToken);
        _result.Clear();
        _result.AddRange(sorted);
        return Runs(won.ToHashSet().Contains);
    }

    /// <summary>Neighbours in the result, with the position of the first, from 1.</summary>
    private List<ContextRun> Runs(Func<Uid, bool> isMeant)
    {
        var runs = new List<ContextRun>();
        for (var i = 0; i < _result.Count; i++)
        {
            if (!isMeant(_result[i]))
                continue;
            if (i == 0 || !isMeant(_result[i - 1]))
                runs.Add(new ContextRun(i + 1, []));
            runs[^1].Uids.Add(_result[i]);
        }

        return runs;
    }
}
