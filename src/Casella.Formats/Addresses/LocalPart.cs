using System.Globalization;
using System.Text;

namespace Casella.Formats.Addresses;

/// <summary>
/// The part before the @ (RFC 5321 §4.1.2 Local-part, RFC 6531 §3.3 with UTF-8): its syntax, and its quoting.
/// </summary>
public static class LocalPart
{
    /// <summary>Octets (RFC 5321 §4.5.3.1.1).</summary>
    private const int MaxOctets = 64;

    private const string AtextSpecials = "!#$%&'*+-/=?^_`{|}~";

    /// <summary>Takes the quoting away; false for what no local part may be.</summary>
    public static bool TryUnquote(ReadOnlySpan<char> text, out string unquoted)
    {
        unquoted = "";
        if (Encoding.UTF8.GetByteCount(text) > MaxOctets || !AreCharacters(text))
            return false;
        if (text is not ['"', .., '"'] || text.Length < 2)
        {
            unquoted = text.ToString();
            return IsDotString(text);
        }

        return TryUnquoteString(text[1..^1], out unquoted);
    }

    /// <summary>As it must stand before an @.</summary>
    public static string Quote(string localPart)
    {
        if (IsDotString(localPart))
            return localPart;
        var quoted = new StringBuilder("\"");
        foreach (var c in localPart)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private static bool TryUnquoteString(ReadOnlySpan<char> content, out string unquoted)
    {
        unquoted = "";
        var text = new StringBuilder(content.Length);
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '"')
                return false;
            if (content[i] == '\\' && ++i == content.Length)
                return false;
            text.Append(content[i]);
        }

        unquoted = text.ToString();
        return unquoted.Length > 0;
    }

    private static bool IsDotString(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '.' || text[^1] == '.')
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' ? text[i - 1] == '.' : c < 0x80 && !char.IsAsciiLetterOrDigit(c) && !AtextSpecials.Contains(c, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <summary>
    /// No controls, no half surrogates, and nothing that cannot be seen: a name that looks like another is a trap.
    /// </summary>
    private static bool AreCharacters(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || (rune.Value != ' ' && IsInvisible(Rune.GetUnicodeCategory(rune))))
                return false;
        }

        return true;
    }

    private static bool IsInvisible(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;
}
