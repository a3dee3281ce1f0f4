using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.AuthenticationResults;

/// <summary>
/// The Authentication-Results field (RFC 8601 §2.2): written at the top of what arrives, and taken out of it where a
/// stranger has written it in our name.
/// </summary>
public static class AuthenticationResultsField
{
    private const string Name = "Authentication-Results";

    /// <summary>What a token of RFC 2045 has besides letters and digits, and the @ of an address.</summary>
    private const string Unquoted = ".-_@+!#$&'*^`{|}~";

    /// <summary>Characters of a value that somebody else has chosen.</summary>
    private const int MaxValue = 255;

    /// <summary>The field with its line ends, one method on a line; "none" when nothing was looked at.</summary>
    /// <param name="server">The authserv-id: our name.</param>
    public static byte[] Compose(string server, IReadOnlyList<MethodLine> lines) => Encoding.UTF8.GetBytes($"{Name}: {Text(server, lines)}\r\n");

    /// <summary>The value of the field, folded; ARC keeps it under a name of its own (RFC 8617 §4.1.1).</summary>
    public static string Text(string server, IReadOnlyList<MethodLine> lines)
    {
        var text = new StringBuilder(Value(server));
        foreach (var line in lines)
        {
            text.Append(";\r\n\t").Append(line.Method).Append('=').Append(line.Result);
            if (line.Comment is { Length: > 0 } comment)
                text.Append(" (").Append(Comment(comment)).Append(')');
            foreach (var (property, value) in line.Properties)
                text.Append(' ').Append(property).Append('=').Append(Value(value));
        }

        return lines.Count == 0 ? text.Append("; none").ToString() : text.ToString();
    }

    /// <summary>
    /// RFC 8601 §5: the header without the fields that claim to be ours; the same bytes when there is none.
    /// </summary>
    /// <param name="header">With its empty line.</param>
    public static ReadOnlyMemory<byte> RemoveForeign(ReadOnlyMemory<byte> header, string server) => HeaderSection.Without(
        header, field => string.Equals(field.Name, Name, StringComparison.OrdinalIgnoreCase) && Claims(field.Value.Span, server));

    /// <summary>
    /// The authserv-id is the first word, whatever comments stand before it. What cannot be read is taken for a claim: a
    /// reader more lenient than ours might see our name in it.
    /// </summary>
    private static bool Claims(ReadOnlySpan<byte> value, string server)
    {
        var word = new StringBuilder();
        var (depth, isQuoted) = (0, false);
        for (var i = 0; i < value.Length; i++)
        {
            var c = (char)value[i];
            if (c == '\\' && i + 1 < value.Length && (depth > 0 || isQuoted))
            {
                i++;
                if (isQuoted)
                    word.Append((char)value[i]);
            }
            else if (c == '"' && depth == 0)
                isQuoted = !isQuoted;
            else if (isQuoted)
                word.Append(c);
            else if (c == '(')
                depth++;
            else if (c == ')' && depth > 0)
                depth--;
            else if (depth > 0)
                continue;
            else if (c == ';' || (c is ' ' or '\t' && word.Length > 0))
                break;
            else if (c is not (' ' or '\t'))
                word.Append(c);
        }

        return word.Length == 0 || string.Equals(word.ToString().TrimEnd('.'), server, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A token of RFC 2045 or an address as it is, everything else quoted. Nothing of it may end the field.</summary>
    private static string Value(string value)
    {
        var cut = value.Length > MaxValue ? value[..MaxValue] : value;
        if (cut.Length > 0 && cut.All(c => char.IsAsciiLetterOrDigit(c) || Unquoted.Contains(c, StringComparison.Ordinal)))
            return cut;
        var quoted = new StringBuilder("\"");
        foreach (var c in cut)
            quoted.Append(char.IsControl(c) ? "?" : c is '"' or '\\' ? $"\\{c}" : c.ToString());
        return quoted.Append('"').ToString();
    }

    private static string Comment(string comment) =>
        string.Concat((comment.Length > MaxValue ? comment[..MaxValue] : comment).Select(c => c is '(' or ')' or '\\' || char.IsControl(c) ? ' ' : c));
}

/// <summary>What one method found out.</summary>
/// <param name="Method">"spf", "dkim", "dmarc", "arc", "iprev", "dnsbl"…</param>
/// <param name="Result">"pass", "fail"…</param>
/// <param name="Comment">For a human reader, or null.</param>
/// <param name="Properties">"smtp.mailfrom" and its value…</param>
public sealed record MethodLine(string Method, string Result, string? Comment, IReadOnlyList<(string Property, string Value)> Properties);
