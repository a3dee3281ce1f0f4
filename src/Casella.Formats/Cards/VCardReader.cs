using System.Globalization;
using System.Text;

namespace Casella.Formats.Cards;

/// <summary>
/// Reads vCards as telephones, webmails and office programs write them: 4.0 (RFC 6350), 3.0, and the 2.1 of old telephones
/// with quoted-printable. What cannot be understood is left out, never the whole file.
/// </summary>
public static class VCardReader
{
    /// <summary>Cards of one file; nobody has more friends.</summary>
    public const int CardsAtMost = 20_000;

    /// <summary>Characters of one line, unfolded: a picture is in one.</summary>
    private const int LineAtMost = 2_000_000;

    private const int ValueAtMost = 1_000;

    public static IReadOnlyList<ContactCard> Read(ReadOnlySpan<byte> file) => Read(TextOf(file));

    public static IReadOnlyList<ContactCard> Read(string text)
    {
        var (cards, lines) = (new List<ContactCard>(), (List<VCardLine>?)null);
        foreach (var line in Lines(text))
        {
            if (VCardLine.TryParse(line) is not { } one)
                continue;
            if (one.Is("BEGIN", "VCARD"))
                lines = [];
            else if (one.Is("END", "VCARD") && lines is not null)
            {
                if (CardOf(lines) is { } card)
                    cards.Add(card);
                if (cards.Count == CardsAtMost)
                    break;
                lines = null;
            }
            else
                lines?.Add(one);
        }

        return cards;
    }

    /// <summary>UTF-8, and where it is none what Windows wrote in Italy.</summary>
    private static string TextOf(ReadOnlySpan<byte> file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(file);
        }
    }

    /// <summary>RFC 6350 §3.2: a line that begins with a space goes on with the one before; in 2.1 also after "=".</summary>
    private static IEnumerable<string> Lines(string text)
    {
        var line = new StringBuilder();
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var isSoft = line.Length > 0 && line[^1] == '=' && line.ToString().Contains("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase);
            if (line.Length > 0 && line.Length < LineAtMost && (isSoft || raw.StartsWith(' ') || raw.StartsWith('\t')))
            {
                if (isSoft)
                    line.Length--;
                line.Append(isSoft ? raw.TrimStart() : raw[1..]);
                continue;
            }

            if (line.Length > 0)
                yield return line.ToString();
            line.Clear().Append(raw);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    private static ContactCard? CardOf(List<VCardLine> lines)
    {
        var name = Text(lines, "FN");
        var structured = lines.Find(line => line.Name is "N")?.Value ?? "";
        var organization = string.Join(", ", Parts(lines.Find(line => line.Name is "ORG")?.Value ?? "", ';'));
        var emails = Values(lines, "EMAIL").Select(email => email.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? email[7..] : email).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (name.Length == 0)
            name = NameOf(structured) is { Length: > 0 } made ? made : organization.Length > 0 ? organization : emails.FirstOrDefault() ?? "";
        if (name.Length == 0)
            return null;
        return new ContactCard(
            Text(lines, "UID") is { Length: > 0 } uid ? Cut(uid) : Guid.NewGuid().ToString(), name, emails,
            [.. Values(lines, "TEL").Select(phone => phone.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? phone[4..] : phone).Distinct(StringComparer.Ordinal)],
            [.. lines.Where(line => line.Name is "CATEGORIES").SelectMany(line => Parts(line.Value, ',')).Distinct(StringComparer.OrdinalIgnoreCase)])
        {
            Organization = Cut(organization),
            Note = Text(lines, "NOTE"),
            StructuredName = structured,
            Other = [.. lines.Where(line => !Known.Contains(line.Name)).Select(line => line.Raw)],
        };
    }

    private static readonly HashSet<string> Known =
        new(StringComparer.Ordinal) { "FN", "N", "ORG", "EMAIL", "TEL", "CATEGORIES", "NOTE", "UID", "VERSION", "REV", "PRODID" };

    private static string Text(List<VCardLine> lines, string name) => lines.Find(line => string.Equals(line.Name, name, StringComparison.Ordinal)) is { } line ? Cut(Unescaped(line.Value)) : "";

    private static IEnumerable<string> Values(List<VCardLine> lines, string name) =>
        lines.Where(line => string.Equals(line.Name, name, StringComparison.Ordinal)).Select(line => Cut(Unescaped(line.Value))).Where(value => value.Length > 0);

    /// <summary>"Rossi;Anna;;Dott.;" is Anna Rossi.</summary>
    private static string NameOf(string structured)
    {
        var parts = Parts(structured, ';', keepEmpty: true).ToList();
        return string.Join(' ', new[] { parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(0) }.Where(part => !string.IsNullOrEmpty(part)));
    }

    /// <summary>RFC 6350 §3.4: at a mark that has no backslash before it.</summary>
    private static IEnumerable<string> Parts(string value, char mark, bool keepEmpty = false)
    {
        var start = 0;
        for (var i = 0; i <= value.Length; i++)
        {
            if (i < value.Length && value[i] == '\\')
            {
                i++;
                continue;
            }

            if (i < value.Length && value[i] != mark)
                continue;
            var part = Unescaped(value[start..Math.Min(i, value.Length)]);
            if (keepEmpty || part.Length > 0)
                yield return Cut(part);
            start = i + 1;
        }
    }

    private static string Unescaped(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
            return value.Trim();
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
            text.Append(value[i] != '\\' || i + 1 == value.Length ? value[i] : value[++i] is 'n' or 'N' ? '\n' : value[i]);
        return text.ToString().Trim();
    }

    private static string Cut(string value) => value.Length <= ValueAtMost ? value : value[..ValueAtMost];

    /// <summary>One line: "item1.EMAIL;TYPE=work:anna@example.org".</summary>
    /// <param name="Name">In capitals, without its group.</param>
    private sealed record VCardLine(string Name, string Value, string Raw)
    {
        public bool Is(string name, string value) => string.Equals(Name, name, StringComparison.Ordinal) && Value.Trim().Equals(value, StringComparison.OrdinalIgnoreCase);

        public static VCardLine? TryParse(string line)
        {
            var (colon, isQuoted) = (-1, false);
            for (var i = 0; i < line.Length && colon < 0; i++)
                if (line[i] == '"')
                    isQuoted = !isQuoted;
                else if (line[i] == ':' && !isQuoted)
                    colon = i;
            if (colon <= 0)
                return null;
            var head = line[..colon].Split(';');
            var name = head[0][(head[0].LastIndexOf('.') + 1)..].Trim().ToUpper(CultureInfo.InvariantCulture);
            var value = line[(colon + 1)..];
            var isQuotedPrintable = head.Any(one => one.Contains("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase));
            if (!isQuotedPrintable)
                return new VCardLine(name, value, line);
            var charset = head.Select(one => one.Split('=')).FirstOrDefault(pair => pair[0].Equals("CHARSET", StringComparison.OrdinalIgnoreCase))?.ElementAtOrDefault(1);
            var decoded = QuotedPrintable.Decode(value, charset ?? "utf-8");
            return new VCardLine(name, decoded, $"{name}:{decoded.ReplaceLineEndings("\\n")}");
        }
    }

    private static class QuotedPrintable
    {
        public static string Decode(string value, string charset)
        {
            var bytes = new List<byte>(value.Length);
            for (var i = 0; i < value.Length; i++)
                if (value[i] == '=' && i + 2 < value.Length && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var one))
                {
                    bytes.Add(one);
                    i += 2;
                }
                else
                    bytes.AddRange(Encoding.UTF8.GetBytes([value[i]]));
            var isUtf8 = charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
            return (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetString([.. bytes]);
        }
    }
}
