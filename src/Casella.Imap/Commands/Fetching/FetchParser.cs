using System.Globalization;
using System.Text;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Fetching;

/// <summary>
/// Reads what a FETCH asks for: fetch-att and section of RFC 9051 §9, with RFC 3501's RFC822 items and RFC 7162's
/// MODSEQ.
/// </summary>
internal static class FetchParser
{
    /// <summary>Levels of part numbers, as deep as structures go.</summary>
    private const int MaxPartNumbers = 100;

    /// <summary>Items of one FETCH, and names of one HEADER.FIELDS: programs use twenty.</summary>
    private const int MaxItems = 500;

    private const FetchAttributes Fast = FetchAttributes.Flags | FetchAttributes.InternalDate | FetchAttributes.Size;

    public static FetchItems Parse(ref ImapParser parser)
    {
        var bodies = new List<BodyItem>();
        var attributes = FetchAttributes.None;
        if (parser.TryWord("ALL"u8))
            return new FetchItems(Fast | FetchAttributes.Envelope, bodies);
        if (parser.TryWord("FAST"u8))
            return new FetchItems(Fast, bodies);
        if (parser.TryWord("FULL"u8))
            return new FetchItems(Fast | FetchAttributes.Envelope | FetchAttributes.Body, bodies);
        if (parser.Next != (byte)'(')
            return new FetchItems(Item(ref parser, bodies), bodies);
        parser.OpenList();
        do
            attributes |= bodies.Count < MaxItems ? Item(ref parser, bodies) : throw new ImapSyntaxException("Too many items");
        while (parser.TrySpace());
        parser.CloseList();
        return new FetchItems(attributes, bodies);
    }

    /// <summary>section-spec alone, as a URL has it (RFC 5092 §11); null for what is none.</summary>
    public static BodySection? ReadSection(ReadOnlySpan<byte> text)
    {
        var parser = new ImapParser([.. text, (byte)']'], null);
        try
        {
            var section = Section(ref parser);
            parser.Take((byte)']');
            return parser.AtEnd ? section : null;
        }
        catch (ImapSyntaxException)
        {
            return null;
        }
    }

    private static FetchAttributes Item(ref ImapParser parser, List<BodyItem> bodies)
    {
        if (parser.TryPrefix("BODY["u8))
            bodies.Add(Body(ref parser, setsSeen: true));
        else if (parser.TryPrefix("BODY.PEEK["u8))
            bodies.Add(Body(ref parser, setsSeen: false));
        else if (parser.TryPrefix("BINARY["u8))
            bodies.Add(Binary(ref parser, BodyForm.Decoded, setsSeen: true));
        else if (parser.TryPrefix("BINARY.PEEK["u8))
            bodies.Add(Binary(ref parser, BodyForm.Decoded, setsSeen: false));
        else if (parser.TryPrefix("BINARY.SIZE["u8))
            bodies.Add(Binary(ref parser, BodyForm.DecodedSize, setsSeen: false));
        else if (parser.TryWord("RFC822"u8))
            bodies.Add(new BodyItem("RFC822", new BodySection([], SectionText.All, []), null, SetsSeen: true));
        else if (parser.TryWord("RFC822.HEADER"u8))
            bodies.Add(new BodyItem("RFC822.HEADER", new BodySection([], SectionText.Header, []), null, SetsSeen: false));
        else if (parser.TryWord("RFC822.TEXT"u8))
            bodies.Add(new BodyItem("RFC822.TEXT", new BodySection([], SectionText.Text, []), null, SetsSeen: true));
        else
            return Attribute(ref parser);
        return FetchAttributes.None;
    }

    private static FetchAttributes Attribute(ref ImapParser parser)
    {
        if (parser.TryWord("FLAGS"u8))
            return FetchAttributes.Flags;
        if (parser.TryWord("UID"u8))
            return FetchAttributes.Uid;
        if (parser.TryWord("INTERNALDATE"u8))
            return FetchAttributes.InternalDate;
        if (parser.TryWord("RFC822.SIZE"u8))
            return FetchAttributes.Size;
        if (parser.TryWord("ENVELOPE"u8))
            return FetchAttributes.Envelope;
        if (parser.TryWord("BODYSTRUCTURE"u8))
            return FetchAttributes.Structure;
        if (parser.TryWord("BODY"u8))
            return FetchAttributes.Body;
        if (parser.TryWord("SAVEDATE"u8))
            return FetchAttributes.SaveDate;
        if (parser.TryWord("EMAILID"u8))
            return FetchAttributes.EmailId;
        if (parser.TryWord("THREADID"u8))
            return FetchAttributes.ThreadId;
        if (parser.TryWord("PREVIEW"u8))
            return Preview(ref parser);
        return parser.TryWord("MODSEQ"u8) ? FetchAttributes.ModSeq : throw parser.Expected("something to fetch");
    }

    /// <summary>
    /// "PREVIEW" [SP "(LAZY)"] (RFC 8970 §6). LAZY allows NIL, which is never needed, for previews are stored. Another
    /// parenthesis behind it has the modifiers of the whole FETCH.
    /// </summary>
    private static FetchAttributes Preview(ref ImapParser parser)
    {
        parser.TryPrefix(" (LAZY)"u8);
        return FetchAttributes.Preview;
    }

    /// <summary>section and partial, from behind the opening bracket on.</summary>
    private static BodyItem Body(ref ImapParser parser, bool setsSeen)
    {
        var section = Section(ref parser);
        parser.Take((byte)']');
        return WithPartial(ref parser, new BodyItem($"BODY[{Format(section)}]", section, null, setsSeen));
    }

    /// <summary>section-binary = "[" [section-part] "]", and partial but for the size (RFC 3516 §7).</summary>
    private static BodyItem Binary(ref ImapParser parser, BodyForm form, bool setsSeen)
    {
        var section = Section(ref parser);
        if (section.Text != SectionText.All)
            throw new ImapSyntaxException("Expected part numbers");
        parser.Take((byte)']');
        return form == BodyForm.DecodedSize
            ? new BodyItem($"BINARY.SIZE[{Format(section)}]", section, null, setsSeen) { Form = form }
            : WithPartial(ref parser, new BodyItem($"BINARY[{Format(section)}]", section, null, setsSeen) { Form = form });
    }

    /// <summary>["&lt;" number "." nz-number "&gt;"].</summary>
    private static BodyItem WithPartial(ref ImapParser parser, BodyItem item)
    {
        if (!parser.TryTake((byte)'<'))
            return item;
        var offset = parser.Number64("the first octet");
        parser.Take((byte)'.');
        var count = parser.Number64("a number of octets");
        if (count == 0)
            throw parser.Expected("a number of octets above 0");
        parser.Take((byte)'>');
        var label = string.Create(CultureInfo.InvariantCulture, $"{item.Label}<{offset}>");
        return item with { Label = label, Partial = new Partial(offset, count) };
    }

    /// <summary>section-spec = section-msgtext / (section-part ["." section-text]).</summary>
    private static BodySection Section(ref ImapParser parser)
    {
        var part = new List<int>();
        var wantsText = true;
        while (parser.Next is >= (byte)'0' and <= (byte)'9')
        {
            if (part.Count == MaxPartNumbers)
                throw new ImapSyntaxException("Too many part numbers");
            part.Add((int)Math.Min(parser.NzNumber("a part number"), int.MaxValue));
            wantsText = parser.TryTake((byte)'.');
            if (!wantsText)
                break;
        }

        if (part.Count == 0 && parser.Next == (byte)']')
            wantsText = false;
        return wantsText ? SectionWithText(ref parser, [.. part]) : new BodySection([.. part], SectionText.All, []);
    }

    private static BodySection SectionWithText(ref ImapParser parser, int[] part)
    {
        if (parser.TryWord("HEADER.FIELDS"u8))
            return new BodySection(part, SectionText.HeaderFields, FieldNames(ref parser));
        if (parser.TryWord("HEADER.FIELDS.NOT"u8))
            return new BodySection(part, SectionText.HeaderFieldsNot, FieldNames(ref parser));
        if (parser.TryWord("HEADER"u8))
            return new BodySection(part, SectionText.Header, []);
        if (parser.TryWord("TEXT"u8))
            return new BodySection(part, SectionText.Text, []);
        // section-text: MIME belongs to a part.
        return part.Length > 0 && parser.TryWord("MIME"u8)
            ? new BodySection(part, SectionText.Mime, [])
            : throw parser.Expected("a section");
    }

    /// <summary>SP header-list.</summary>
    private static List<string> FieldNames(ref ImapParser parser)
    {
        var names = new List<string>();
        parser.Space();
        parser.OpenList();
        do
            names.Add(names.Count < MaxItems ? FieldName(ref parser) : throw new ImapSyntaxException("Too many field names"));
        while (parser.TrySpace());
        parser.CloseList();
        return names;
    }

    /// <summary>
    /// header-fld-name. The answer repeats it, so nothing may be in it that a quoted string cannot hold.
    /// </summary>
    private static string FieldName(ref ImapParser parser)
    {
        var name = parser.AstringOctets("a field name");
        return name.IsEmpty || name.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? throw new ImapSyntaxException("Expected a field name in ASCII")
            : Encoding.ASCII.GetString(name);
    }

    /// <summary>The section as the answer names it: clients look for it letter by letter.</summary>
    private static string Format(BodySection section)
    {
        var text = new StringBuilder().AppendJoin('.', section.Part);
        if (section.Text == SectionText.All)
            return text.ToString();
        if (section.Part.Length > 0)
            text.Append('.');
        text.Append(section.Text switch
        {
            SectionText.Header => "HEADER",
            SectionText.HeaderFields => "HEADER.FIELDS",
            SectionText.HeaderFieldsNot => "HEADER.FIELDS.NOT",
            SectionText.Text => "TEXT",
            _ => "MIME",
        });
        if (section.Fields.Count > 0)
            text.Append(" (").AppendJoin(' ', section.Fields.Select(Astring)).Append(')');
        return text.ToString();
    }

    private static string Astring(string name) => name.Length > 0 && name.All(c => c < 0x80 && ImapChars.Astring.Contains((byte)c))
        ? name
        : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
