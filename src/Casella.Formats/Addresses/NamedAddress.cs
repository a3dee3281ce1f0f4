using System.Text;
using MimeKit.Utils;

namespace Casella.Formats.Addresses;

/// <summary>A name with its address as a header field has them (RFC 5322 §3.4 name-addr).</summary>
public static class NamedAddress
{
    /// <summary>Atoms or a quoted string where ASCII does, else encoded words (RFC 2047 §5). One line.</summary>
    /// <param name="name">For people; control characters count as spaces.</param>
    public static string Format(string name, EmailAddress address)
    {
        var clean = string.Concat(name.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        if (clean.Length == 0)
            return $"<{address}>";
        // The encoder folds long names; a fold is white space to every reader.
        var phrase = Encoding.ASCII.GetString(Rfc2047.EncodePhrase(Encoding.UTF8, clean)).ReplaceLineEndings("");
        return $"{phrase} <{address}>";
    }
}
