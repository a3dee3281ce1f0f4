using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>
/// The one canonical form of what people type as user name: the plain mailbox address, compared ordinally after
/// <see cref="EmailAddress"/> has made it canonical (RFC 8265 §3 in spirit: case-mapped, NFC, and nothing else folded).
/// "ADMIN@…" is "admin@…"; "admın@…", full-width letters, "info+tag@…" and "info*admin@…" are other names, which nobody
/// has.
/// </summary>
internal static class UserName
{
    private const int MaxLength = 320;

    /// <summary>
    /// The address, or null when the text is none. Spaces around it are dropped: telephones' keyboards add one after an
    /// address.
    /// </summary>
    public static EmailAddress? Canonicalize(string typed)
    {
        var trimmed = typed.AsSpan().Trim(' ');
        return trimmed.Length is > 0 and <= MaxLength && EmailAddress.TryParse(trimmed.ToString(), out var address) ? address : null;
    }

    /// <summary>
    /// The key of a name in budgets and memory, also of one that is no address: bounded, and with no power over a log.
    /// </summary>
    public static string Key(EmailAddress? address, string typed) => address?.ToString() ?? Printable(typed);

    /// <summary>
    /// Foreign text for a log line: cut, and without anything that could forge a second line or move a terminal's
    /// cursor.
    /// </summary>
    public static string Printable(string typed)
    {
        var cut = typed.Length > 100 ? typed[..100] : typed;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
        });
    }
}
