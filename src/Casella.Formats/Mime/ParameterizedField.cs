using System.Globalization;
using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// A field of the form "value; name=value; …" (Content-Type, Content-Disposition: RFC 2045 §5.1, RFC 2183), with
/// RFC 2231's continuations joined and its charsets made UTF-8. Lenient: unquoted values with spaces, missing
/// semicolons at the end, unclosed quotes.
/// </summary>
internal sealed class ParameterizedField
{
    /// <summary>Parameters that are kept: real fields have under ten; a flood must cost nothing.</summary>
    public const int MaxParameters = 128;

    private ParameterizedField(ReadOnlyMemory<byte> value, IReadOnlyList<PartParameter> parameters) =>
        (Value, Parameters) = (value, parameters);

    /// <summary>What stands before the first semicolon, without comments and white space.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    public IReadOnlyList<PartParameter> Parameters { get; }

    /// <param name="field">The unfolded field.</param>
    public static ParameterizedField Parse(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)';');
        var value = WithoutComments(end < 0 ? field : field[..end]);
        var segments = new List<Segment>();
        var rest = end < 0 ? default : field[(end + 1)..];
        while (!rest.IsEmpty && segments.Count < MaxParameters)
            rest = ReadParameter(rest, segments);
        return new ParameterizedField(value, Join(segments));
    }

    public ReadOnlyMemory<byte>? Find(string name)
    {
        foreach (var parameter in Parameters)
        {
            if (Ascii.EqualsIgnoreCase(parameter.Name.Span, name))
                return parameter.Value;
        }

        return null;
    }

    /// <summary>Reads up to and with the next semicolon; returns what follows.</summary>
    private static ReadOnlySpan<byte> ReadParameter(ReadOnlySpan<byte> text, List<Segment> segments)
    {
        var end = text.IndexOfAny((byte)'=', (byte)';');
        if (end < 0 || text[end] == ';')
            return end < 0 ? default : text[(end + 1)..];
        var name = WithoutComments(text[..end]);
        var rest = text[(end + 1)..].TrimStart(" \t"u8);
        byte[] value;
        if (!rest.IsEmpty && rest[0] == '"')
        {
            value = ReadQuoted(ref rest);
            var next = rest.IndexOf((byte)';');
            rest = next < 0 ? default : rest[(next + 1)..];
        }
        else
        {
            var next = rest.IndexOf((byte)';');
            value = WithoutComments(next < 0 ? rest : rest[..next]);
            rest = next < 0 ? default : rest[(next + 1)..];
        }

        if (name.Length > 0)
            segments.Add(Segment.Of(name, value));
        return rest;
    }

    private static byte[] ReadQuoted(ref ReadOnlySpan<byte> rest)
    {
        var value = new List<byte>();
        var at = 1;
        for (; at < rest.Length && rest[at] != '"'; at++)
        {
            if (rest[at] == '\\' && at + 1 < rest.Length)
                at++;
            value.Add(rest[at]);
        }

        rest = at < rest.Length ? rest[(at + 1)..] : default;
        return [.. value];
    }

    /// <summary>Drops comments and the white space around; a comment that never closes drops the rest.</summary>
    private static byte[] WithoutComments(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'(') < 0)
            return text.Trim(" \t"u8).ToArray();
        var kept = new List<byte>(text.Length);
        var depth = 0;
        foreach (var octet in text)
        {
            if (octet == '(')
                depth++;
            else if (octet == ')' && depth > 0)
                depth--;
            else if (depth == 0)
                kept.Add(octet);
        }

        return kept.ToArray().AsSpan().Trim(" \t"u8).ToArray();
    }

    /// <summary>
    /// RFC 2231 §3, §4: the pieces of one name in the order of their numbers; an extended value wins over a plain one
    /// of the same name.
    /// </summary>
    private static List<PartParameter> Join(List<Segment> segments)
    {
        var parameters = new List<PartParameter>(segments.Count);
        if (segments.TrueForAll(segment => segment.Number is null && !segment.IsExtended))
        {
            foreach (var segment in segments)
                parameters.Add(new PartParameter(segment.Name, segment.Value));
            return parameters;
        }

        foreach (var group in segments.GroupBy(segment => Encoding.Latin1.GetString(segment.Name), StringComparer.OrdinalIgnoreCase))
        {
            var pieces = group.Any(s => s.Number is not null || s.IsExtended)
                ? group.Where(s => s.Number is not null || s.IsExtended).OrderBy(s => s.Number ?? 0)
                : group.AsEnumerable();
            parameters.Add(new PartParameter(group.First().Name, Decode([.. pieces])));
        }

        return parameters;
    }

    private static byte[] Decode(List<Segment> pieces)
    {
        if (!pieces.Exists(piece => piece.IsExtended))
            return [.. pieces.SelectMany(piece => piece.Value)];
        var bytes = new List<byte>();
        var charset = "";
        for (var i = 0; i < pieces.Count; i++)
        {
            var value = pieces[i].Value.AsSpan();
            if (i == 0 && pieces[i].IsExtended && SplitCharset(value) is var (name, start))
            {
                charset = name;
                value = value[start..];
            }

            if (pieces[i].IsExtended)
                Unescape(value, bytes);
            else
                bytes.AddRange(value);
        }

        var raw = bytes.ToArray();
        return charset.Length == 0 ? raw : Encoding.UTF8.GetBytes(Charsets.Decode(charset, raw));
    }

    /// <summary>charset'language'value (RFC 2231 §4).</summary>
    private static (string Charset, int Start)? SplitCharset(ReadOnlySpan<byte> value)
    {
        var first = value.IndexOf((byte)'\'');
        if (first < 0)
            return null;
        var second = value[(first + 1)..].IndexOf((byte)'\'');
        return second < 0 ? null : (Encoding.ASCII.GetString(value[..first]), first + second + 2);
    }

    private static void Unescape(ReadOnlySpan<byte> value, List<byte> bytes)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length
                && byte.TryParse(value.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                bytes.Add(octet);
                i += 2;
            }
            else
            {
                bytes.Add(value[i]);
            }
        }
    }

    /// <summary>One "name=value" as written; <c>name*2*</c> is number 2, extended.</summary>
    private readonly record struct Segment(byte[] Name, int? Number, bool IsExtended, byte[] Value)
    {
        public static Segment Of(byte[] name, byte[] value)
        {
            var star = name.AsSpan().IndexOf((byte)'*');
            if (star <= 0)
                return new Segment(name, null, false, value);
            var rest = name.AsSpan(star + 1);
            var extended = rest.IsEmpty || rest[^1] == '*';
            var digits = extended && !rest.IsEmpty ? rest[..^1] : rest;
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new Segment(name[..star], number, extended, value)
                : new Segment(extended && rest.IsEmpty ? name[..star] : name, null, extended && rest.IsEmpty, value);
        }
    }
}
