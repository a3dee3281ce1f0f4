using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// Message identifiers (RFC 5322 §3.6.4) in the fields that carry them, without their angle brackets.
/// </summary>
public static class MessageIds
{
    private const int MaxRelated = 100;

    /// <summary>RFC 5322 §2.1.1: no line is longer.</summary>
    private const int MaxOctets = 998;

    /// <summary>
    /// The first id of a field, or null. A field without brackets is taken whole: programs exist that forget them.
    /// </summary>
    public static string? First(ReadOnlySpan<byte> value)
    {
        foreach (var id in All(value))
            return id;
        var bare = value.Trim(" \t<>"u8);
        return bare.IsEmpty || bare.Length > MaxOctets || bare.IndexOfAny((byte)' ', (byte)'\t') >= 0 ? null : Text(bare);
    }

    /// <summary>Ids of References, then of In-Reply-To, each once, at most 100.</summary>
    internal static IReadOnlyList<string> Related(IReadOnlyList<HeaderField> fields)
    {
        var related = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in (string[])["References", "In-Reply-To"])
        {
            foreach (var field in fields)
            {
                if (!string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))
                    continue;
                foreach (var id in All(field.Value.Span))
                {
                    if (related.Count < MaxRelated && seen.Add(id))
                        related.Add(id);
                }
            }
        }

        return related;
    }

    /// <summary>The ids of a field in their order.</summary>
    public static List<string> All(ReadOnlySpan<byte> value, int max = MaxRelated)
    {
        var ids = new List<string>();
        while (ids.Count < max && value.IndexOf((byte)'<') is >= 0 and var start)
        {
            value = value[(start + 1)..];
            var end = value.IndexOfAny((byte)'>', (byte)'<');
            if (end < 0)
                break;
            if (value[end] == '>')
            {
                var id = value[..end].Trim(" \t"u8);
                if (!id.IsEmpty && id.Length <= MaxOctets)
                    ids.Add(Text(id));
                end++;
            }

            value = value[end..];
        }

        return ids;
    }

    private static string Text(ReadOnlySpan<byte> id) => Encoding.Latin1.GetString(id);
}
