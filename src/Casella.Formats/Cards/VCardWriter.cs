using System.Text;

namespace Casella.Formats.Cards;

/// <summary>Writes vCards of version 3.0: what every telephone and every program reads (RFC 6350 §3 is its successor).</summary>
public static class VCardWriter
{
    private const int LineOctets = 75;

    public static string Write(IEnumerable<ContactCard> cards)
    {
        var text = new StringBuilder();
        foreach (var card in cards)
            Write(text, card);
        return text.ToString();
    }

    private static void Write(StringBuilder text, ContactCard card)
    {
        Line(text, "BEGIN:VCARD");
        Line(text, "VERSION:3.0");
        Line(text, $"UID:{Escaped(card.Uid)}");
        Line(text, $"FN:{Escaped(card.Name)}");
        Line(text, $"N:{(card.StructuredName.Length > 0 ? card.StructuredName : Structured(card.Name))}");
        if (card.Organization.Length > 0)
            Line(text, $"ORG:{Escaped(card.Organization)}");
        foreach (var email in card.Emails)
            Line(text, $"EMAIL;TYPE=INTERNET:{Escaped(email)}");
        foreach (var phone in card.Phones)
            Line(text, $"TEL:{Escaped(phone)}");
        if (card.Groups.Count > 0)
            Line(text, $"CATEGORIES:{string.Join(',', card.Groups.Select(Escaped))}");
        if (card.Note.Length > 0)
            Line(text, $"NOTE:{Escaped(card.Note)}");
        foreach (var other in card.Other)
            Line(text, other);
        Line(text, "END:VCARD");
    }

    /// <summary>The last word is the family: right for most, and who cares has said it in the card.</summary>
    private static string Structured(string name)
    {
        var at = name.LastIndexOf(' ');
        return at < 0 ? $"{Escaped(name)};;;;" : $"{Escaped(name[(at + 1)..])};{Escaped(name[..at])};;;";
    }

    /// <summary>RFC 6350 §3.2: folded at 75 octets, never within a character.</summary>
    private static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }

    private static string Escaped(string value) => value.ReplaceLineEndings("\n")
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace(";", "\\;", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
