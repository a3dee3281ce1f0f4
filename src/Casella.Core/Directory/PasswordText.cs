using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Mime;

namespace Casella.Core.Directory;

/// <summary>
/// A password as bytes to hash, the same for every keyboard that typed it: RFC 8265 §4.2 OpaqueString (NFC, every space
/// is U+0020, no controls). Used when a password is set and whenever one is checked, so that "è" from a phone and from
/// a PC are one password.
/// </summary>
internal static class PasswordText
{
    /// <summary>
    /// Longer input is refused unhashed: nobody types it, and an attacker would make us hash megabytes.
    /// </summary>
    public const int MaxLength = 256;

    /// <summary>Shortest password an administrator may set; the generated ones have 80 bits.</summary>
    public const int MinLength = 8;

    /// <summary>The bytes to hash, or null for text that cannot be a password here.</summary>
    public static byte[]? Prepare(string password)
    {
        if (password.Length is 0 or > MaxLength)
            return null;
        var mapped = new StringBuilder(password.Length);
        foreach (var c in password)
        {
            if (char.IsControl(c))
                return null;
            mapped.Append(CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.SpaceSeparator ? ' ' : c);
        }
        var text = mapped.ToString();
        // A protocol can well produce what has no normal form from broken input.
        return NormalForm.Exists(text) ? Encoding.UTF8.GetBytes(text.Normalize(NormalizationForm.FormC)) : null;
    }

    /// <summary>Why an administrator may not set this password, or null.</summary>
    public static string? Refusal(string password)
    {
        if (password.Length < MinLength)
            return $"A password has at least {MinLength} characters.";
        if (password.Length > MaxLength)
            return $"A password has at most {MaxLength} characters.";
        return Prepare(password) is null ? "A password has no control characters." : null;
    }

    /// <summary>
    /// A password that people can read out on the telephone: four groups of four letters and digits without the
    /// look-alikes (80 bits).
    /// </summary>
    public static string Generate()
    {
        const string alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
        var letters = RandomNumberGenerator.GetItems<char>(alphabet, 16);
        return string.Create(19, letters, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = i % 5 == 4 ? '-' : source[i - (i / 5)];
        });
    }
}
