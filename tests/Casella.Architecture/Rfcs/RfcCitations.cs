using System.Globalization;
using System.Text.RegularExpressions;

namespace Casella.Architecture.Rfcs;

/// <summary>Where the product's code cites an RFC: <c>RFC 9051 §6.4.5</c>, <c>RFC 5258 §3.1, §3.2</c>.</summary>
internal static partial class RfcCitations
{
    public static IReadOnlyList<Citation> InProduct { get; } = [.. Repository.Product.SelectMany(file => In(file.Text, file.Path))];

    public static IEnumerable<Citation> In(string text, string path)
    {
        foreach (Match match in Pattern().Matches(text))
        {
            var number = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
            yield return new Citation(number, [.. match.Groups["section"].Captures.Select(c => c.Value.TrimEnd('.'))], path);
        }
    }

    [GeneratedRegex(@"\bRFC (?<number>\d{3,5})\b(?:,? §(?<section>[\dA-Z][\d.]*)(?:(?:, | and |/)§(?<section>[\dA-Z][\d.]*))*)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Pattern();
}

/// <param name="Path">Of the file that cites, from the root of the repository.</param>
internal sealed record Citation(int Number, IReadOnlyList<string> Sections, string Path);
