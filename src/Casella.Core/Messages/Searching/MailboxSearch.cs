using System.Runtime.CompilerServices;
using Casella.Core.Storage;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// SEARCH on a snapshot in passes, each over what the one before could not decide: placements in memory, then what the
/// full-text index excludes and the texts it holds, then the messages themselves, headers before bodies. The index only
/// makes it faster: without it, or where it ends, the answer is the same. Who wants the newest only is served from the
/// end, window by window. One object for one search, within a budget of time.
/// </summary>
internal sealed class MailboxSearch(AccountState state, MailboxSnapshot snapshot, TimeBudget budget)
{
    /// <summary>A window is so many times the one before at most: a rare text costs few questions.</summary>
    private const int WindowGrowth = 8;

    /// <summary>Positions of a window at least.</summary>
    private const int SmallestWindow = 256;

    /// <summary>Indexed texts read by one query.</summary>
    private const int TextsAtOnce = 250;

    /// <summary>The same for the fields that people search, which are short.</summary>
    private const int NamesAtOnce = 2_000;

    private readonly SearchEvaluation _evaluation = new(snapshot.Keywords);
    private readonly List<Uid> _found = [];
    private readonly Dictionary<Uid, int> _relevancy = [];

    /// <summary>Of what has been found by fuzzy terms.</summary>
    public IReadOnlyDictionary<Uid, int> Relevancy => _relevancy;

    /// <summary>All that match, ascending.</summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public Task<IReadOnlyList<Uid>> RunAsync(SearchCriterion criterion, CancellationToken cancellationToken) =>
        NewestAsync(criterion, snapshot.Count, cancellationToken);

    /// <summary>The newest that match, so many at most, ascending; looks back no further than it must.</summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task<IReadOnlyList<Uid>> NewestAsync(SearchCriterion criterion, int atMost, CancellationToken cancellationToken)
    {
        SearchEvaluation.CheckDepth(criterion);
        var window = atMost < snapshot.Count / 4 ? (4 * atMost) + 16 : snapshot.Count;
        for (var end = snapshot.Count; end > 0 && _found.Count < atMost; window = NextWindow(window, snapshot.Count - end, atMost))
        {
            var start = Math.Max(0, end - window);
            await SearchAsync(criterion, start, end, cancellationToken);
            end = start;
        }

        if (!IsAscending(_found))
            _found.Sort();
        return _found.Count > atMost ? _found.GetRange(_found.Count - atMost, atMost) : _found;
    }

    /// <summary>As far as it takes, with a quarter more, when the rest is like what has been looked at.</summary>
    private int NextWindow(int window, int lookedAt, int atMost)
    {
        var wanted = _found.Count == 0 ? long.MaxValue : (long)(atMost - _found.Count) * lookedAt / _found.Count * 5 / 4;
        return (int)Math.Clamp(wanted, SmallestWindow, Math.Clamp((long)window * WindowGrowth, SmallestWindow, int.MaxValue));
    }

    /// <summary>Decides the messages at these positions, the end not included.</summary>
    private async Task SearchAsync(SearchCriterion criterion, int start, int end, CancellationToken cancellationToken)
    {
        // Positions, for a placement is twenty times as large. What asks for nothing but texts is not held against
        // placements without the index.
        IReadOnlyList<int> undecided = SearchEvaluation.IsOfText(criterion)
            ? Enumerable.Range(start, end - start).ToArray()
            : Undecided(criterion, start, snapshot.Between(start, end));
        if (undecided.Count > 0)
            undecided = await SearchIndexAsync(criterion, undecided, cancellationToken);
        if (undecided.Count > 0)
            await SearchMessagesAsync(criterion, [.. undecided.Select(position => snapshot[position])], cancellationToken);
    }

    /// <summary>What cannot be decided by placements and by what the index excludes.</summary>
    private List<int> Undecided(SearchCriterion criterion, int start, IEnumerable<Placement> placements)
    {
        var undecided = new List<int>();
        var view = new SearchView(default);
        var position = start;
        foreach (var placement in placements)
        {
            view.Placement = placement;
            if (!Take(criterion, view))
                undecided.Add(position);
            position++;
        }

        return undecided;
    }

    /// <summary>The same with what the index says.</summary>
    /// <param name="positions">Ascending.</param>
    private List<int> Undecided(IndexedTerms index, SearchCriterion criterion, IReadOnlyList<int> positions)
    {
        var (first, last) = (positions[0], positions[^1]);
        var isRun = last - first + 1 == positions.Count;
        var possible = index.Possible(criterion);
        if (isRun && possible is null)
            return Undecided(criterion, first, snapshot.Between(first, last + 1));
        var undecided = new List<int>();
        var view = new SearchView(default);
        foreach (var position in isRun ? snapshot.Where(first, last + 1, email => !index.Covers(email) || possible!.Contains(email)) : positions)
        {
            view.Placement = snapshot[position];
            if (!Take(criterion, view))
                undecided.Add(position);
        }

        return undecided;
    }

    private async Task SearchMessagesAsync(
        SearchCriterion criterion, List<Placement> undecided, CancellationToken cancellationToken)
    {
        var needs = SearchEvaluation.Needs(criterion);
        await foreach (var data in MessageReading.ReadAsync(state, undecided, needs, cancellationToken))
        {
            budget.Check();
            var view = new SearchView(data.Placement) { Data = data };
            if (needs.HasFlag(MessageNeeds.Header))
                view.Header = FoldedHeader.Of(data.Header);
            if (Take(criterion, view))
                continue;
            await using var content = await state.Store.OpenAsync(state.Id, data.Placement.Email, cancellationToken);
            view.Body = await BodyText.ReadFoldedAsync(content, data.Structure, cancellationToken);
            _ = Take(criterion, view);
        }
    }

    /// <summary>Decides what the index can; returns what has to be read from the messages themselves.</summary>
    /// <param name="undecided">Positions, ascending.</param>
    private async Task<IReadOnlyList<int>> SearchIndexAsync(
        SearchCriterion criterion, IReadOnlyList<int> undecided, CancellationToken cancellationToken)
    {
        var parts = SearchEvaluation.TextsFor(criterion);
        if (parts == TextParts.None)
            return undecided;
        var left = undecided;
        try
        {
            var index = await IndexedTerms.AskAsync(state, criterion, snapshot.EmailsBetween(undecided[0], undecided[^1] + 1), cancellationToken);
            if (index is null)
                return undecided;
            _evaluation.Index = index;
            left = Undecided(index, criterion, undecided);
            return await LookThroughAsync(criterion, left, parts, cancellationToken);
        }
        catch (MailException failure) when (failure.Error is MailError.Damaged or MailError.Unavailable)
        {
            // The store has said what is wrong with its index; SEARCH is right without it, only slower.
            return left;
        }
        finally
        {
            // It speaks of these messages only.
            _evaluation.Index = null;
        }
    }

    /// <summary>The indexed texts of what is still open; those that the index has not whole are left.</summary>
    private async Task<List<int>> LookThroughAsync(
        SearchCriterion criterion, IReadOnlyList<int> positions, TextParts parts, CancellationToken cancellationToken)
    {
        var beside = SearchEvaluation.BesideTexts(criterion);
        var left = new List<int>();
        await foreach (var (batch, texts) in TextsAsync(positions, parts, cancellationToken))
        {
            budget.Check();
            left.AddRange(batch.Where(position => !texts.ContainsKey(snapshot[position].Email)));
            var found = batch.Select(position => snapshot[position]).Where(placement => texts.ContainsKey(placement.Email)).ToList();
            if (beside == MessageNeeds.None)
                found.ForEach(placement => Take(criterion, Indexed(placement, null, texts[placement.Email], parts)));
            else
                await foreach (var data in MessageReading.ReadAsync(state, found, beside, cancellationToken))
                    _ = Take(criterion, Indexed(data.Placement, data, texts[data.Placement.Email], parts));
        }

        return left;
    }

    /// <summary>Texts in batches; the next one is read while this one is looked through.</summary>
    private async IAsyncEnumerable<(int[] Batch, Dictionary<EmailId, IndexedText> Texts)> TextsAsync(
        IReadOnlyList<int> positions, TextParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var covered = _evaluation.Index!;
        Task<IReadOnlyList<IndexedText>> Read(int[] batch) => state.Store.Search.TextsAsync(
            state.Id,
            [.. batch.Select(position => snapshot[position].Email).Where(covered.Covers).OrderBy(id => id.Value)],
            parts, cancellationToken);

        var batches = positions.Chunk(parts == TextParts.Names ? NamesAtOnce : TextsAtOnce).ToList();
        var next = batches.Count > 0 ? Read(batches[0]) : null;
        for (var i = 0; i < batches.Count; i++)
        {
            var texts = await next!;
            next = i + 1 < batches.Count ? Read(batches[i + 1]) : null;
            yield return (batches[i], texts.DistinctBy(text => text.Email).ToDictionary(text => text.Email));
        }
    }

    private static bool IsAscending(List<Uid> uids)
    {
        for (var i = 1; i < uids.Count; i++)
            if (uids[i] <= uids[i - 1])
                return false;
        return true;
    }

    private static SearchView Indexed(Placement placement, MessageData? data, IndexedText text, TextParts parts) => new(placement)
    {
        Data = data,
        Header = parts.HasFlag(TextParts.Header) || parts.HasFlag(TextParts.Names) ? text.Header : null,
        Body = parts.HasFlag(TextParts.Body) ? text.Body : null,
    };

    /// <summary>True when the message is decided, one way or the other.</summary>
    private bool Take(SearchCriterion criterion, SearchView view)
    {
        var decision = _evaluation.Decide(criterion, view);
        if (decision == true)
            _found.Add(view.Placement.Uid);
        if (decision == true && view.Relevancies is { } relevancies)
            _relevancy[view.Placement.Uid] = (int)relevancies.Values.Average();
        return decision is not null;
    }
}
