using System.Globalization;
using System.Text;

namespace Casella.Formats.Addresses;

/// <summary>
/// A DNS domain name as the directory keeps it: lower-case A-labels without the final dot (RFC 5321 §4.1.2, RFC 5890).
/// </summary>
public static class DomainName
{
    /// <summary>Octets of a name in text form (RFC 1035 §2.3.4: 255 on the wire).</summary>
    private const int MaxLength = 253;
    private const int MaxLabel = 63;

    // UTS 46 through ICU; STD3 keeps out everything that is not a letter, digit or hyphen.
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    /// <summary>
    /// Canonical form of U-labels, A-labels or mixed case; false for anything that is not a host name.
    /// </summary>
    public static bool TryCanonicalize(string? text, out string domain)
    {
        domain = "";
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength + 1)
            return false;
        if (text[^1] == '.')
            text = text[..^1];
        if (!Ascii.IsValid(text) && !TryEncode(text, out text))
            return false;
        if (text.Length > MaxLength || !AreLabels(text))
            return false;
        domain = text.ToLowerInvariant();
        return !domain.Contains("xn--", StringComparison.Ordinal) || AreALabels(domain);
    }

    private static bool TryEncode(string text, out string encoded)
    {
        try
        {
            encoded = Idn.GetAscii(text.Normalize(NormalizationForm.FormC));
            return true;
        }
        catch (ArgumentException)
        {
            // Not a name; also text with half a surrogate, which cannot be normalized.
            encoded = "";
            return false;
        }
    }

    /// <summary>
    /// RFC 1123 §2.1: letters, digits and inner hyphens; a last label of digits only would be an address.
    /// </summary>
    private static bool AreLabels(ReadOnlySpan<char> text)
    {
        var onlyDigits = false;
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
                return false;
            onlyDigits = true;
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
                onlyDigits &= char.IsAsciiDigit(c);
            }
        }

        return !onlyDigits;
    }

    /// <summary>
    /// Each xn-- label must be the encoding of what it decodes to: two spellings of one name would be two keys.
    /// </summary>
    private static bool AreALabels(string domain)
    {
        try
        {
            return string.Equals(Idn.GetAscii(Idn.GetUnicode(domain)), domain, StringComparison.OrdinalIgnoreCase);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
