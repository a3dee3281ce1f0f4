using System.Text;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// A header as SEARCH sees it: a line "name: value" for each field, decoded and folded, UTF-8. The same bytes are kept
/// in the full-text index.
/// </summary>
internal static class FoldedHeader
{
    public static byte[] Of(ReadOnlyMemory<byte> header)
    {
        var text = new StringBuilder(header.Length);
        foreach (var field in HeaderSection.Fields(header))
            text.Append(DecodedText.FoldForSearch(field.Name)).Append(": ")
                .Append(DecodedText.FoldForSearch(DecodedText.Header(field.Value.Span))).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A field of this name (lower case) contains the text; the empty text is in every field.</summary>
    public static bool Contains(ReadOnlySpan<byte> folded, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        while (!folded.IsEmpty)
        {
            var end = folded.IndexOf((byte)'\n');
            var line = end < 0 ? folded : folded[..end];
            if (line.Length >= name.Length + 2 && line[name.Length] == ':' && line.StartsWith(name)
                && line[(name.Length + 2)..].IndexOf(text) >= 0)
                return true;
            folded = end < 0 ? [] : folded[(end + 1)..];
        }

        return false;
    }
}
