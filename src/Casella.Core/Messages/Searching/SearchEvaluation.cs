using System.Text;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// Decides a criterion for one message with what is known of it: true, false, or null for "not without reading more".
/// So the cheap terms of an AND spare the reading of bodies. RFC 9051 §6.4.4.
/// </summary>
internal sealed class SearchEvaluation(KeywordList keywords)
{
    private const int DepthAtMost = 100;

    private readonly Dictionary<string, byte[]> _folded = new(StringComparer.Ordinal);

    /// <summary>Says of texts that have not been read where they cannot be; null without an index.</summary>
    public IndexedTerms? Index { get; set; }

    /// <exception cref="MailException">TooExpensive: nested too deep.</exception>
    public static void CheckDepth(SearchCriterion criterion, int depth = 0)
    {
        if (depth > DepthAtMost)
            throw new MailException(MailError.TooExpensive, "the search is nested too deep");
        if (criterion is SearchCriterion.And and)
            foreach (var term in and.Terms)
                CheckDepth(term, depth + 1);
        else if (criterion is SearchCriterion.Or or)
        {
            CheckDepth(or.Left, depth + 1);
            CheckDepth(or.Right, depth + 1);
        }
        else if (criterion is SearchCriterion.Not not)
            CheckDepth(not.Term, depth + 1);
    }

    /// <summary>What has to be read of a message to decide all of it but the bodies.</summary>
    public static MessageNeeds Needs(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And and => and.Terms.Aggregate(MessageNeeds.None, (needs, term) => needs | Needs(term)),
        SearchCriterion.Or or => Needs(or.Left) | Needs(or.Right),
        SearchCriterion.Not not => Needs(not.Term),
        SearchCriterion.Fuzzy fuzzy => Needs(fuzzy.Term),
        SearchCriterion.Sent or SearchCriterion.Email or SearchCriterion.InThread or SearchCriterion.HasAttachments => MessageNeeds.Facts,
        SearchCriterion.Header => MessageNeeds.Header,
        SearchCriterion.Body or SearchCriterion.AttachmentNamed => MessageNeeds.Structure,
        SearchCriterion.Anywhere => MessageNeeds.Header | MessageNeeds.Structure,
        _ => MessageNeeds.None,
    };

    /// <summary>What has to be read of a message whose texts the index has.</summary>
    public static MessageNeeds BesideTexts(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And and => and.Terms.Aggregate(MessageNeeds.None, (needs, term) => needs | BesideTexts(term)),
        SearchCriterion.Or or => BesideTexts(or.Left) | BesideTexts(or.Right),
        SearchCriterion.Not not => BesideTexts(not.Term),
        SearchCriterion.Fuzzy fuzzy => BesideTexts(fuzzy.Term),
        SearchCriterion.AttachmentNamed => MessageNeeds.Structure,
        _ => Needs(criterion) & MessageNeeds.Facts,
    };

    /// <summary>What has to be read of the full-text index for it.</summary>
    public static TextParts TextsFor(SearchCriterion criterion)
    {
        var needs = Needs(criterion);
        var body = AsksBody(criterion) ? TextParts.Body : TextParts.None;
        if (!needs.HasFlag(MessageNeeds.Header))
            return body;
        return body == TextParts.None && AsksNamesOnly(criterion) ? TextParts.Names : body | TextParts.Header;
    }

    /// <summary>Every term asks for a text: of placements nothing can be told.</summary>
    public static bool IsOfText(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And and => and.Terms.All(IsOfText),
        SearchCriterion.Or or => IsOfText(or.Left) && IsOfText(or.Right),
        SearchCriterion.Not not => IsOfText(not.Term),
        SearchCriterion.Fuzzy fuzzy => IsOfText(fuzzy.Term),
        SearchCriterion.Header or SearchCriterion.Body or SearchCriterion.Anywhere => true,
        _ => false,
    };

    private static bool AsksBody(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And and => and.Terms.Any(AsksBody),
        SearchCriterion.Or or => AsksBody(or.Left) || AsksBody(or.Right),
        SearchCriterion.Not not => AsksBody(not.Term),
        SearchCriterion.Fuzzy fuzzy => AsksBody(fuzzy.Term),
        SearchCriterion.Body or SearchCriterion.Anywhere => true,
        _ => false,
    };

    private static bool AsksNamesOnly(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And and => and.Terms.All(AsksNamesOnly),
        SearchCriterion.Or or => AsksNamesOnly(or.Left) && AsksNamesOnly(or.Right),
        SearchCriterion.Not not => AsksNamesOnly(not.Term),
        SearchCriterion.Fuzzy fuzzy => AsksNamesOnly(fuzzy.Term),
        SearchCriterion.Header header => IndexedTerms.IsName(header.FieldName),
        _ => true,
    };

    public bool? Decide(SearchCriterion criterion, SearchView view) => criterion switch
    {
        SearchCriterion.All => true,
        SearchCriterion.And and => DecideAnd(and.Terms, view),
        SearchCriterion.Or or => DecideOr(or, view),
        SearchCriterion.Not not => !Decide(not.Term, view),
        SearchCriterion.Fuzzy fuzzy => DecideFuzzy(fuzzy, view),
        SearchCriterion.Uids uids => Contains(uids.Ranges, view.Placement.Uid),
        SearchCriterion.HasFlag flag => view.Placement.Flags.Has(flag.System),
        SearchCriterion.HasKeyword keyword => keywords.IndexOf(keyword.Keyword) is >= 0 and var number
            && view.Placement.Flags.Has(MessageFlags.Keyword(number)),
        SearchCriterion.Larger larger => view.Placement.Size > larger.Octets,
        SearchCriterion.Smaller smaller => view.Placement.Size < smaller.Octets,
        SearchCriterion.ModifiedSince since => view.Placement.ModSeq >= since.ModSeq,
        SearchCriterion.Received received => Compare(
            received.Comparison, DayOf(DateTimeOffset.FromUnixTimeSeconds(view.Placement.ReceivedAt)), received.Day),
        SearchCriterion.ReceivedSince since => view.Placement.ReceivedAt >= since.Moment.ToUnixTimeSeconds(),
        SearchCriterion.ReceivedUntil until => view.Placement.ReceivedAt <= until.Moment.ToUnixTimeSeconds(),
        SearchCriterion.Saved saved => Compare(
            saved.Comparison, DayOf(DateTimeOffset.FromUnixTimeSeconds(view.Placement.SavedAt)), saved.Day),
        SearchCriterion.Sent sent => view.Data is { } data ? DecideSent(sent, data) : null,
        SearchCriterion.Email email => view.Data is { } data
            ? string.Equals(data.Facts?.ObjectId, email.ObjectId, StringComparison.Ordinal)
            : null,
        SearchCriterion.InThread thread => view.Data is { } data ? data.Facts?.Thread == thread.Thread : null,
        SearchCriterion.HasAttachments => view.Data is { } data ? data.Facts?.HasAttachments == true : null,
        SearchCriterion.AttachmentNamed named => view.Data is { Structure.Length: > 0 } data ? DecideNamed(named, data) : null,
        SearchCriterion.Header header => DecideHeader(header, view),
        SearchCriterion.Body body => view.Body is { } text ? Contains(text, Folded(body.Text)) : Unread(body, view),
        SearchCriterion.Anywhere anywhere => DecideAnywhere(anywhere, view),
        _ => throw new InvalidOperationException($"No rule for {criterion.GetType().Name}."),
    };

    private bool? DecideAnd(IReadOnlyList<SearchCriterion> terms, SearchView view)
    {
        bool? all = true;
        foreach (var term in terms)
        {
            var one = Decide(term, view);
            if (one == false)
                return false;
            all = one is null ? null : all;
        }

        return all;
    }

    private bool? DecideOr(SearchCriterion.Or or, SearchView view)
    {
        var left = Decide(or.Left, view);
        if (left == true)
            return true;
        var right = Decide(or.Right, view);
        return right == true ? true : left is null || right is null ? null : false;
    }

    /// <summary>The Date field's own day, disregarding time and zone; a message without a Date has none.</summary>
    private static bool DecideSent(SearchCriterion.Sent sent, MessageData data) =>
        data.Facts?.SentAt is { } at && Compare(sent.Comparison, DayOf(at), sent.Day);

    private bool DecideNamed(SearchCriterion.AttachmentNamed named, MessageData data) =>
        CompactForm.TryReadStructure(data.Structure) is { } root
        && MessageParts.Of(root).Attachments.Any(part => part.Name is { } name && Contains(Encoding.UTF8.GetBytes(DecodedText.FoldForSearch(name)), Folded(named.Text)));

    private bool? DecideHeader(SearchCriterion.Header header, SearchView view) => view.Header is { } folded
        ? FoldedHeader.Contains(folded.Span, Folded(header.FieldName), Folded(header.Text))
        : Unread(header, view);

    private bool? DecideAnywhere(SearchCriterion.Anywhere anywhere, SearchView view)
    {
        var text = Folded(anywhere.Text);
        if (view.Header is { } header && Contains(header, text))
            return true;
        return view is { Header: not null, Body: { } body } ? Contains(body, text) : Unread(anywhere, view);
    }

    private bool? DecideFuzzy(SearchCriterion.Fuzzy fuzzy, SearchView view)
    {
        if (fuzzy.Text is not { } text)
            return Decide(fuzzy.Term, view);
        if (text.Relevancy(view) is not { } relevancy)
            return Index is { } index && index.Excludes(text, view.Placement.Email) ? false : null;
        if (relevancy > 0)
            (view.Relevancies ??= new(ReferenceEqualityComparer.Instance))[fuzzy] = relevancy;
        return relevancy > 0;
    }

    /// <summary>The index knows where a text is not; where it may be has to be read.</summary>
    private bool? Unread(SearchCriterion term, SearchView view) =>
        Index?.Excludes(term, view.Placement.Email) == true ? false : null;

    private byte[] Folded(string text)
    {
        if (!_folded.TryGetValue(text, out var folded))
            _folded[text] = folded = Encoding.UTF8.GetBytes(DecodedText.FoldForSearch(text));
        return folded;
    }

    private static bool Contains(ReadOnlyMemory<byte> folded, byte[] text) => folded.Span.IndexOf(text) >= 0;

    private static bool Contains(IReadOnlyList<UidRange> ranges, Uid uid)
    {
        int low = 0, high = ranges.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (ranges[middle].Contains(uid))
                return true;
            if (ranges[middle].Last < uid)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return false;
    }

    private static bool Compare(DateComparison comparison, DateOnly day, DateOnly asked) => comparison switch
    {
        DateComparison.Before => day < asked,
        DateComparison.On => day == asked,
        DateComparison.Since => day >= asked,
    };

    /// <summary>
    /// The day as the date says it: internal dates are kept in UTC, Date fields in their sender's zone.
    /// </summary>
    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.DateTime);
}
