using Casella.Formats.Mime;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// SEARCH on a snapshot in three passes, each over what the one before could not decide: placements in memory, then
/// headers in batches, then bodies one at a time. One object for one search, within a budget of time.
/// </summary>
internal sealed class MailboxSearch(AccountState state, MailboxSnapshot snapshot, TimeBudget budget)
{
    private readonly SearchEvaluation _evaluation = new(snapshot.Keywords);
    private readonly SortedSet<uint> _found = [];

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
        await foreach (var data in MessageReading.ReadAsync(state, undecided, needs, cancellationToken))
        {
            budget.Check();
            var view = new SearchView(data.Placement) { Data = data };
            if (Take(criterion, view))
                continue;
            await using var content = await state.Store.OpenAsync(state.Id, data.Placement.Email, cancellationToken);
            view.Body = await BodyText.ReadFoldedAsync(content, CompactForm.ReadStructure(data.Structure), cancellationToken);
            _ = Take(criterion, view);
        }
    }

    /// <summary>True when the message is decided, one way or the other.</summary>
    private bool Take(SearchCriterion criterion, SearchView view)
    {
        var decision = _evaluation.Decide(criterion, view);
        if (decision == true)
            _found.Add(view.Placement.Uid.Value);
        return decision is not null;
    }
}
