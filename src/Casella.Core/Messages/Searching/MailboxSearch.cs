using Casella.Core.Storage;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// SEARCH on a snapshot in passes, each over what the one before could not decide: placements in memory, then what the
/// full-text index excludes and the texts it holds, then the messages themselves, headers before bodies. The index only
/// makes it faster: without it, or where it ends, the answer is the same. One object for one search, within a budget of
/// time.
/// </summary>
internal sealed class MailboxSearch(AccountState state, MailboxSnapshot snapshot, TimeBudget budget)
{
    /// <summary>Indexed texts read by one query.</summary>
    private const int TextsAtOnce = 250;

    private readonly SearchEvaluation _evaluation = new(snapshot.Keywords);
    private readonly SortedSet<uint> _found = [];
    private readonly Dictionary<Uid, int> _relevancy = [];

    /// <summary>Of what has been found by fuzzy terms.</summary>
    public IReadOnlyDictionary<Uid, int> Relevancy => _relevancy;

    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task<IReadOnlyList<Uid>> RunAsync(SearchCriterion criterion, CancellationToken cancellationToken)
    {
        SearchEvaluation.CheckDepth(criterion);
        var undecided = new List<Placement>();
        for (var i = 0; i < snapshot.Count; i++)
        {
            var view = new SearchView(snapshot[i]);
            if (!Take(criterion, view))
                undecided.Add(view.Placement);
        }

        if (undecided.Count > 0)
            await SearchMessagesAsync(criterion, undecided, cancellationToken);
        return [.. _found.Select(uid => new Uid(uid))];
    }

    private async Task SearchMessagesAsync(
        SearchCriterion criterion, List<Placement> undecided, CancellationToken cancellationToken)
    {
        var needs = SearchEvaluation.Needs(criterion);
        var parts = (needs.HasFlag(MessageNeeds.Header) ? TextParts.Header : TextParts.None)
            | (needs.HasFlag(MessageNeeds.Structure) ? TextParts.Body : TextParts.None);
        if (parts != TextParts.None)
            undecided = await SearchIndexAsync(criterion, undecided, parts, cancellationToken);
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
    private async Task<List<Placement>> SearchIndexAsync(
        SearchCriterion criterion, List<Placement> undecided, TextParts parts, CancellationToken cancellationToken)
    {
        var left = undecided;
        try
        {
            if (await IndexedTerms.AskAsync(state.Store.Search, state.Id, state.HighestModSeq, criterion, cancellationToken) is not { } index)
                return undecided;
            _evaluation.Index = index;
            left = [.. undecided.Where(placement => !Take(criterion, new SearchView(placement)))];
            return await LookThroughAsync(criterion, left, parts, cancellationToken);
        }
        catch (MailException failure) when (failure.Error is MailError.Damaged or MailError.Unavailable)
        {
            // The store has said what is wrong with its index; SEARCH is right without it, only slower.
            _evaluation.Index = null;
            return left;
        }
    }

    /// <summary>The indexed texts of what is still open; those that the index has not whole are left.</summary>
    private async Task<List<Placement>> LookThroughAsync(
        SearchCriterion criterion, List<Placement> placements, TextParts parts, CancellationToken cancellationToken)
    {
        var facts = SearchEvaluation.Needs(criterion) & MessageNeeds.Facts;
        var left = new List<Placement>();
        foreach (var batch in placements.Chunk(TextsAtOnce))
        {
            budget.Check();
            var ids = batch.Select(placement => placement.Email).Where(_evaluation.Index!.Covers).ToList();
            var texts = (await state.Store.Search.TextsAsync(state.Id, ids, parts, cancellationToken))
                .DistinctBy(text => text.Email).ToDictionary(text => text.Email);
            left.AddRange(batch.Where(placement => !texts.ContainsKey(placement.Email)));
            var found = batch.Where(placement => texts.ContainsKey(placement.Email)).ToList();
            if (facts == MessageNeeds.None)
                found.ForEach(placement => Take(criterion, Indexed(placement, null, texts[placement.Email], parts)));
            else
                await foreach (var data in MessageReading.ReadAsync(state, found, facts, cancellationToken))
                    _ = Take(criterion, Indexed(data.Placement, data, texts[data.Placement.Email], parts));
        }

        return left;
    }

    private static SearchView Indexed(Placement placement, MessageData? data, IndexedText text, TextParts parts) => new(placement)
    {
        Data = data,
        Header = parts.HasFlag(TextParts.Header) ? text.Header : null,
        Body = parts.HasFlag(TextParts.Body) ? text.Body : null,
    };

    /// <summary>True when the message is decided, one way or the other.</summary>
    private bool Take(SearchCriterion criterion, SearchView view)
    {
        var decision = _evaluation.Decide(criterion, view);
        if (decision == true)
            _found.Add(view.Placement.Uid.Value);
        if (decision == true && view.Relevancies is { } relevancies)
            _relevancy[view.Placement.Uid] = (int)relevancies.Values.Average();
        return decision is not null;
    }
}
