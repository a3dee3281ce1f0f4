using System.Globalization;
using Casella.Core.Messages;

namespace Casella.Web.Searching;

/// <summary>
/// What people type into the search box: words, "several words", and operators in Italian or English (da: from:, a: to:,
/// oggetto: subject:, testo: body:, allegato: attachment:, prima: before:, dopo: after:, letto: …). All must be true; a
/// minus before a term says not. Made into the same criteria as IMAP's SEARCH.
/// </summary>
/// <param name="Words">The plain words, to be marked where they are found.</param>
internal sealed record SearchQuery(SearchCriterion Criterion, IReadOnlyList<string> Words)
{
    private const int MaxTerms = 20;

    public static SearchQuery Parse(string text, DateOnly today)
    {
        var (criteria, words) = (new List<SearchCriterion>(), new List<string>());
        foreach (var term in Split(text).Take(MaxTerms))
        {
            var isNot = term.Length > 1 && term[0] == '-';
            var bare = isNot ? term[1..] : term;
            if (TermOf(bare, today, out var word) is not { } criterion)
                continue;
            criteria.Add(isNot ? new SearchCriterion.Not(criterion) : criterion);
            if (!isNot && word is not null)
                words.Add(word);
        }

        return new SearchQuery(criteria.Count == 1 ? criteria[0] : criteria.Count == 0 ? new SearchCriterion.All() : new SearchCriterion.And(criteria), words);
    }

    private static SearchCriterion? TermOf(string term, DateOnly today, out string? word)
    {
        word = null;
        var colon = term.IndexOf(':', StringComparison.Ordinal);
        var value = colon > 0 ? term[(colon + 1)..].Trim('"').Trim() : "";
        if (colon > 0 && Operator(term[..colon].ToLowerInvariant(), value, today) is { } known)
            return known;
        word = term.Trim('"').Trim();
        return word.Length == 0 ? null : new SearchCriterion.Anywhere(word);
    }

    private static SearchCriterion? Operator(string name, string value, DateOnly today) => name switch
    {
        _ when value.Length == 0 => null,
        "da" or "from" => new SearchCriterion.Header("From", value),
        "a" or "to" => new SearchCriterion.Or(
            new SearchCriterion.Header("To", value), new SearchCriterion.Or(new SearchCriterion.Header("Cc", value), new SearchCriterion.Header("Bcc", value))),
        "cc" => new SearchCriterion.Header("Cc", value),
        "oggetto" or "subject" => new SearchCriterion.Header("Subject", value),
        "testo" or "body" => new SearchCriterion.Body(value),
        "allegato" or "attachment" or "file" => IsYes(value) ? new SearchCriterion.HasAttachments() : new SearchCriterion.AttachmentNamed(value),
        "prima" or "before" => Day(value, today) is { } day ? new SearchCriterion.Received(DateComparison.Before, day) : null,
        "dopo" or "after" or "dal" or "since" => Day(value, today) is { } day ? new SearchCriterion.Received(DateComparison.Since, day) : null,
        "il" or "on" => Day(value, today) is { } day ? new SearchCriterion.Received(DateComparison.On, day) : null,
        "più" or "piu" or "larger" => Octets(value) is { } octets ? new SearchCriterion.Larger(octets) : null,
        "meno" or "smaller" => Octets(value) is { } octets ? new SearchCriterion.Smaller(octets) : null,
        "è" or "e" or "is" => State(value.ToLowerInvariant()),
        "etichetta" or "label" => new SearchCriterion.HasKeyword(value),
        _ => null,
    };

    private static SearchCriterion? State(string value) => value switch
    {
        "letto" or "letta" or "read" => new SearchCriterion.HasFlag(MessageFlags.Seen),
        "nonletto" or "nonletta" or "unread" => new SearchCriterion.Not(new SearchCriterion.HasFlag(MessageFlags.Seen)),
        "importante" or "speciale" or "flagged" or "starred" => new SearchCriterion.HasFlag(MessageFlags.Flagged),
        "risposto" or "answered" => new SearchCriterion.HasFlag(MessageFlags.Answered),
        "incorso" or "inprogress" => new SearchCriterion.HasKeyword(Core.Work.WorkKeywords.InProgress),
        "fatto" or "done" => new SearchCriterion.HasKeyword(Core.Work.WorkKeywords.Done),
        _ => null,
    };

    private static bool IsYes(string value) => value.ToLowerInvariant() is "sì" or "si" or "yes" or "s" or "y";

    /// <summary>12/03/2026, 12/3, 2026-03-12, 2026, oggi, ieri, today, yesterday.</summary>
    private static DateOnly? Day(string value, DateOnly today)
    {
        switch (value.ToLowerInvariant())
        {
            case "oggi" or "today":
                return today;
            case "ieri" or "yesterday":
                return today.AddDays(-1);
        }

        string[] formats = ["d/M/yyyy", "d-M-yyyy", "d.M.yyyy", "yyyy-M-d", "d/M/yy"];
        if (DateOnly.TryParseExact(value, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        if (DateOnly.TryParseExact($"{value}/{today.Year.ToString(CultureInfo.InvariantCulture)}", "d/M/yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
            return day;
        return value.Length == 4 && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is > 1900 and < 3000
            ? new DateOnly(year, 1, 1)
            : null;
    }

    /// <summary>5MB, 300k, 1000.</summary>
    private static long? Octets(string value)
    {
        var digits = value.AsSpan().TrimEnd("bBkKmMgG ");
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 100_000_000_000)
            return null;
        return value[digits.Length..].Trim().ToUpperInvariant() switch
        {
            "" or "B" => number,
            "K" or "KB" => number * 1024,
            "M" or "MB" => number * 1024 * 1024,
            "G" or "GB" => number * 1024 * 1024 * 1024,
            _ => null,
        };
    }

    /// <summary>At spaces, but not inside quotation marks; a mark that is never closed goes to the end.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var (start, isQuoted) = (0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"')
                isQuoted = !isQuoted;
            if (i < text.Length && (isQuoted || !char.IsWhiteSpace(text[i])))
                continue;
            if (i > start)
                yield return text[start..i];
            start = i + 1;
        }
    }
}
