using System.Text;

namespace Casella.Formats.AuthenticationResults;

/// <summary>
/// The results of an Authentication-Results field (RFC 8601 §2.2): which method said what. Comments, reasons and
/// properties are passed over; a part that is none of this is left out.
/// </summary>
public static class MethodResults
{
    /// <summary>More methods than there are.</summary>
    private const int AtMost = 20;

    /// <param name="value">The unfolded field.</param>
    public static IReadOnlyList<MethodResult> Read(ReadOnlySpan<byte> value)
    {
        var results = new List<MethodResult>();
        var part = new StringBuilder();
        var (depth, isQuoted, isFirst) = (0, false, true);
        for (var i = 0; i <= value.Length && results.Count < AtMost; i++)
        {
            var octet = i < value.Length ? value[i] : (byte)';';
            if (octet == '\\' && (depth > 0 || isQuoted))
                i++;
            else if (octet == '"' && depth == 0)
                isQuoted = !isQuoted;
            else if (octet == '(' && !isQuoted)
                depth++;
            else if (octet == ')' && depth > 0)
                depth--;
            else if (octet == ';' && (depth == 0 && !isQuoted || i == value.Length))
            {
                // The first part is who says it.
                if (!isFirst && Result(part.ToString()) is { } result)
                    results.Add(result);
                (isFirst, _) = (false, part.Clear());
            }
            else if (depth == 0 && !isQuoted)
                part.Append((char)octet);
        }

        return results;
    }

    /// <summary>methodspec: method [ "/" version ] "=" result, then properties.</summary>
    private static MethodResult? Result(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            return null;
        var method = part[..equals].Split('/')[0].Trim();
        var result = part[(equals + 1)..].TrimStart().Split(' ', '\t')[0];
        return IsKeyword(method) && IsKeyword(result) ? new MethodResult(method.ToLowerInvariant(), result.ToLowerInvariant()) : null;
    }

    private static bool IsKeyword(string text) => text.Length is > 0 and <= 30 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

/// <param name="Method">"spf", "dkim", "dmarc", "iprev" …</param>
/// <param name="Result">"pass", "fail", "none" …</param>
public readonly record struct MethodResult(string Method, string Result);
