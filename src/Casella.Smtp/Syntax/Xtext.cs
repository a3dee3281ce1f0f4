using System.Globalization;
using System.Text;

namespace Casella.Smtp.Syntax;

/// <summary>xtext (RFC 3461 §4): how ENVID and ORCPT carry any ASCII in a parameter.</summary>
internal static class Xtext
{
    public static bool TryDecode(string text, out string decoded)
    {
        var result = new StringBuilder(text.Length);
        decoded = "";
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '=' or < '!' or > '~')
                return false;
            if (text[i] != '+')
            {
                result.Append(text[i]);
                continue;
            }

            if (i + 2 >= text.Length || !byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)
                || octet is < 32 or > 126)
                return false;
            result.Append((char)octet);
            i += 2;
        }

        decoded = result.ToString();
        return true;
    }
}
