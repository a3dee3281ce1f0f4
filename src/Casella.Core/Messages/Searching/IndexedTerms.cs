using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// What the full-text index says of the text terms of one search. Three answers stay possible for a message: it cannot
/// match, it may (and is looked through), or it is newer than the index (and is looked through).
/// </summary>
internal sealed class IndexedTerms
{
    private readonly Dictionary<SearchCriterion, EmailIdSet> _mayMatch;

    private IndexedTerms(EmailId last, Dictionary<SearchCriterion, EmailIdSet> mayMatch) => (Last, _mayMatch) = (last, mayMatch);

    /// <summary>Every message up to here is in the index.</summary>
    public EmailId Last { get; }

    public bool Covers(EmailId email) => email.Value <= Last.Value;

    public bool Excludes(SearchCriterion term, EmailId email) =>
        Covers(email) && _mayMatch.TryGetValue(term, out var mayMatch) && !mayMatch.Contains(email);

    /// <summary>Of the messages that the index has, those for which a criterion may be true.</summary>
    /// <returns>Null: any.</returns>
    public EmailIdSet? Possible(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And and => and.Terms.Select(Possible).Aggregate((EmailIdSet?)null, (one, other) => one is null || other is null ? one ?? other : one.And(other)),
        SearchCriterion.Or or => Possible(or.Left) is { } left && Possible(or.Right) is { } right ? left.Or(right) : null,
        _ => _mayMatch.GetValueOrDefault(criterion),
    };

    /// <summary>Too many of its words have none of their pieces in the message.</summary>
    public bool Excludes(FuzzyText text, EmailId email) => text.Words.Count(
        word => word.Pieces.Count == 0 || word.Pieces.Any(piece => !Excludes(piece, email))) < text.Needed;

    /// <param name="state">An index that is ahead of the account's ModSeq belongs to another past.</param>
    /// <param name="among">Of others nothing is known afterwards.</param>
    /// <returns>Null when there is no index to ask.</returns>
    public static async Task<IndexedTerms?> AskAsync(
        AccountState state, SearchCriterion criterion, EmailRange among, CancellationToken cancellationToken)
    {
        var modSeq = state.HighestModSeq;
        var asked = new Dictionary<SearchCriterion, IndexTerm>(ReferenceEqualityComparer.Instance);
        Collect(criterion, asked);
        var terms = asked.Keys.ToList();
        var answer = await state.Store.Search.FindAsync(state.Id, [.. terms.Select(term => asked[term])], among, cancellationToken);
        if (answer.Mark.Last.Value == 0 || answer.Mark.ModSeq > modSeq)
            return null;
        var mayMatch = new Dictionary<SearchCriterion, EmailIdSet>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < terms.Count; i++)
            mayMatch[terms[i]] = answer.MayMatch[i];
        return new IndexedTerms(answer.Mark.Last, mayMatch);
    }

    private static void Collect(SearchCriterion criterion, Dictionary<SearchCriterion, IndexTerm> into)
    {
        switch (criterion)
        {
            case SearchCriterion.And and:
                foreach (var term in and.Terms)
                    Collect(term, into);
                break;
            case SearchCriterion.Or or:
                Collect(or.Left, into);
                Collect(or.Right, into);
                break;
            case SearchCriterion.Not not:
                Collect(not.Term, into);
                break;
            case SearchCriterion.Fuzzy { Text: { } text }:
                foreach (var piece in text.Words.SelectMany(word => word.Pieces))
                    Collect(piece, into);
                break;
            case SearchCriterion.Fuzzy fuzzy:
                Collect(fuzzy.Term, into);
                break;
            case SearchCriterion.Header header:
                Add(header, Field(header.FieldName), header.Text, into);
                break;
            case SearchCriterion.Body body:
                Add(body, IndexField.Body, body.Text, into);
                break;
            case SearchCriterion.Anywhere anywhere:
                Add(anywhere, IndexField.Anywhere, anywhere.Text, into);
                break;
        }
    }

    private static IndexField Field(string name) => IsName(name) ? IndexField.Names : IndexField.OtherHeaders;

    /// <summary>A field that people search, which the index has by itself.</summary>
    public static bool IsName(string fieldName) => IndexedText.Names.Contains(DecodedText.FoldForSearch(fieldName));

    /// <summary>Three characters in a row, none of them a NUL: shorter texts cannot be asked.</summary>
    private static void Add(SearchCriterion term, IndexField field, string text, Dictionary<SearchCriterion, IndexTerm> into)
    {
        var folded = DecodedText.FoldForSearch(text);
        var run = 0;
        foreach (var rune in folded.EnumerateRunes())
        {
            run = rune == default ? 0 : run + 1;
            if (run < IndexTerm.ShortestText)
                continue;
            into[term] = new IndexTerm(field, folded);
            return;
        }
    }
}
