using System.Text;
using Casella.Core.Annotations;

namespace Casella.Imap.Syntax;

/// <summary>The grammar of annotations (RFC 5464 §5): names, values, and the response that has both.</summary>
internal static class AnnotationRules
{
    /// <summary>entry = astring; a name that breaks the rules is BAD (RFC 5464 §3.2).</summary>
    public static AnnotationEntry Entry(this ref ImapParser parser)
    {
        var name = parser.Astring("the name of an annotation");
        return AnnotationEntry.TryParse(name, out var entry)
            ? entry
            : throw new ImapSyntaxException("Expected the name of an annotation: /shared/… or /private/…");
    }

    /// <summary>entries = entry / "(" entry *(SP entry) ")".</summary>
    public static List<AnnotationEntry> Entries(this ref ImapParser parser)
    {
        if (parser.Next != (byte)'(')
            return [parser.Entry()];
        var entries = new List<AnnotationEntry>();
        parser.OpenList();
        do
            entries.Add(parser.Entry());
        while (parser.TrySpace());
        parser.CloseList();
        return entries;
    }

    /// <summary>value = nstring / literal8; null for NIL. A word without quotes is taken too (docs/quirks.md).</summary>
    public static ReadOnlyMemory<byte>? AnnotationValue(this ref ImapParser parser)
    {
        if (parser.TryWord("NIL"u8))
            return null;
        return (parser.Next == (byte)'~' ? parser.Literal8() : parser.AstringOctets("a string, a literal or NIL")).ToArray();
    }

    public static ImapWriter Entry(this ImapWriter writer, AnnotationEntry entry) =>
        writer.Astring(Encoding.ASCII.GetBytes(entry.Path));

    /// <summary>metadata-resp with values: "* METADATA mailbox (entry value …)".</summary>
    /// <param name="mailbox">Empty for the server.</param>
    public static void Metadata(this ImapWriter writer, string mailbox, IReadOnlyList<Annotation> annotations)
    {
        writer.Raw("* METADATA "u8).Mailbox(mailbox).Raw(" ("u8);
        for (var i = 0; i < annotations.Count; i++)
        {
            if (i > 0)
                writer.Space();
            writer.Entry(annotations[i].Entry).Space();
            if (annotations[i].Value is { } value && value.Span.Contains((byte)0))
                writer.Byte((byte)'~').LiteralHeader(value.Length).Raw(value.Span);
            else
                writer.Nstring(annotations[i].Value);
        }
        writer.Raw(")\r\n"u8);
    }
}
