using System.Globalization;
using System.Text;
using Casella.Formats.Mime;
using MimeKit.Utils;

namespace Casella.Formats.SpamReports;

/// <summary>
/// The fields by which a message tells what a spam filter thought of it. There is no RFC for them; names and form are
/// those of SpamAssassin, which mail programs and people's filters know. Written when mail is delivered; those that come
/// with a message are somebody else's opinion, and go.
/// </summary>
public static class SpamFields
{
    private const string Status = "X-Spam-Status";
    private const int MaxLevel = 30;

    /// <summary>What filters in front of us, or the sender himself, may have written.</summary>
    private static readonly string[] ForeignPrefixes = ["X-Spam-", "X-Virus-", "X-Rspamd-", "X-Spamd-"];

    /// <summary>The fields with their line ends.</summary>
    public static byte[] Compose(SpamStatus status)
    {
        var text = new StringBuilder();
        if (status.IsSpam)
            text.Append("X-Spam-Flag: YES\r\n");
        if (status.Score >= 1)
            text.Append("X-Spam-Level: ").Append('*', Math.Min((int)status.Score, MaxLevel)).Append("\r\n");
        text.Append(Status).Append(": ").Append(status.IsSpam ? "Yes" : "No")
            .Append(CultureInfo.InvariantCulture, $", score={status.Score:0.0} required={status.Required:0.0}\r\n\ttests=");
        text.AppendJoin(",\r\n\t", status.Tests.Select(Text)).Append(status.Tests.Count == 0 ? "none" : "").Append("\r\n");
        if (status.Report is { Length: > 0 } report)
            text.Append("X-Spam-Report: ").Append(Folded(report)).Append("\r\n");
        if (status.Virus is { } virus)
            text.Append("X-Virus-Status: ").Append(virus.Length == 0 ? "Clean" : $"Infected ({Plain(virus)})").Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>
    /// The header without anybody's opinion about spam and viruses; the same bytes when it has none.
    /// </summary>
    /// <param name="header">With its empty line.</param>
    public static ReadOnlyMemory<byte> RemoveForeign(ReadOnlyMemory<byte> header) => HeaderSection.Without(
        header, field => ForeignPrefixes.Any(prefix => field.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// What was written by us: above the topmost Received field, which is ours; null for none. Total: what cannot be read
    /// is left out.
    /// </summary>
    public static SpamStatus? Read(ReadOnlyMemory<byte> header)
    {
        SpamStatus? status = null;
        string? virus = null;
        foreach (var field in HeaderSection.Fields(header))
        {
            if (Is(field, "Received"))
                break;
            if (Is(field, "X-Virus-Status"))
                virus = Ascii(field) is var text && text.StartsWith("Infected (", StringComparison.Ordinal) ? text[10..].TrimEnd(')') : "";
            else if (status is null && Is(field, Status))
                status = Parse(Ascii(field));
        }

        return status is null ? null : status with { Virus = virus };
    }

    private static bool Is(HeaderField field, string name) => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);

    private static string Ascii(HeaderField field) => Encoding.ASCII.GetString(field.Value.Span);

    private static SpamStatus Parse(string text)
    {
        var (score, required, tests) = (0.0, 0.0, new List<SpamTestResult>());
        foreach (var word in text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var isFirst = word.StartsWith("tests=", StringComparison.Ordinal);
            var pair = isFirst ? word["tests=".Length..] : word;
            if (pair.LastIndexOf('=') is not (> 0 and var equals)
                || !double.TryParse(pair.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                continue;
            var name = pair[..equals];
            if (name is "score")
                score = value;
            else if (name is "required")
                required = value;
            else
                tests.Add(Test(name, value));
        }

        return new SpamStatus(text.StartsWith("Yes", StringComparison.Ordinal), score, required, tests);
    }

    /// <summary>"BAYES_SPAM:12=3.5".</summary>
    private static string Text(SpamTestResult test) => test.Count is { } count
        ? string.Create(CultureInfo.InvariantCulture, $"{test.Name}:{count}={test.Score:0.0}")
        : string.Create(CultureInfo.InvariantCulture, $"{test.Name}={test.Score:0.0}");

    private static SpamTestResult Test(string name, double score) =>
        name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new SpamTestResult(name[..colon], score, count)
            : new SpamTestResult(name, score);

    /// <summary>A line for people, with accents as RFC 2047 §5 has them.</summary>
    private static string Folded(string report)
    {
        var clean = string.Concat(report.Select(c => char.IsControl(c) ? ' ' : c));
        if (!System.Text.Ascii.IsValid(clean))
            return Encoding.ASCII.GetString(Rfc2047.EncodeText(Encoding.UTF8, clean)).TrimEnd('\r', '\n').ReplaceLineEndings("\r\n");
        return clean.Replace("; ", ";\r\n\t", StringComparison.Ordinal);
    }

    private static string Plain(string name) => string.Concat(name.Where(c => c is > ' ' and < '\x7F' and not ('(' or ')')).Take(100));
}

/// <summary>What the filter has found of a message.</summary>
/// <param name="IsSpam">At least to be marked.</param>
/// <param name="Required">From which score on it is.</param>
public sealed record SpamStatus(bool IsSpam, double Score, double Required, IReadOnlyList<SpamTestResult> Tests)
{
    /// <summary>The same for people, or null.</summary>
    public string? Report { get; init; }

    /// <summary>The virus's name; empty for none found, null when nobody has looked.</summary>
    public string? Virus { get; init; }
}

/// <param name="Name">Capital letters, digits and underscores.</param>
/// <param name="Count">What it counts, or null.</param>
public sealed record SpamTestResult(string Name, double Score, int? Count = null);
