using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Casella.Core;
using Casella.Core.Annotations;
using Casella.Core.Messages;

namespace Casella.Web.Writing;

/// <summary>
/// What a person writes below their mails in a mailbox: one for all of its addresses, and where an address wants its own,
/// that. Annotations of their own, which other programs may read too: ".../signature" and ".../signature/info@example.org".
/// </summary>
/// <param name="Common">For every address that has none of its own.</param>
internal sealed record Signatures(string Common, IReadOnlyDictionary<string, string> ByAddress)
{
    private const string Path = "/private/vendor/casella/signature";

    private static readonly AnnotationEntry Entry = AnnotationEntry.Parse(Path);

    public string Of(string address) => ByAddress.GetValueOrDefault(PlaceOf(address)) ?? Common;

    /// <summary>What the address has of its own; empty for nothing.</summary>
    public string OwnOf(string address) => ByAddress.GetValueOrDefault(PlaceOf(address)) ?? "";

    public static async Task<Signatures> ReadAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var (common, own) = ("", new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (entry, value) in await account.Annotations.ReadAsync(null, cancellationToken))
        {
            if (value is not { } octets)
                continue;
            if (entry == Entry)
                common = Encoding.UTF8.GetString(octets.Span);
            else if (entry.DepthBelow(Entry) is 1)
                own[entry.Path[(Path.Length + 1)..]] = Encoding.UTF8.GetString(octets.Span);
        }

        return new Signatures(common, own);
    }

    /// <param name="address">Whose it is; null for all that have none of their own.</param>
    /// <exception cref="MailException">AnnotationTooLarge, TooManyAnnotations.</exception>
    public static Task WriteAsync(MailAccount account, string? address, string text, CancellationToken cancellationToken)
    {
        var clean = text.ReplaceLineEndings("\n").Trim();
        // Typed: an array that is null would become an empty value, which is kept, where none removes it.
        var value = clean.Length == 0 ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(clean);
        if (!AnnotationEntry.TryParse(address is null ? Path : $"{Path}/{PlaceOf(address)}", out var entry))
            throw new MailException(MailError.AnnotationTooLarge, address);
        return account.Annotations.SetAsync(null, [new Annotation(entry, value)], cancellationToken);
    }

    /// <summary>Below a text (RFC 3676 §4.3); empty for no signature.</summary>
    public static string Below(string signature) => signature.Length == 0 ? "" : $"\n-- \n{signature}\n";

    /// <summary>The same for a rich mail: a line of its own for each, by which the composer finds it again.</summary>
    public static string HtmlBelow(string signature) => signature.Length == 0 ? "" : "<div><br></div><div>-- </div>"
        + string.Concat(signature.Split('\n').Select(line => $"<div>{(line.Length == 0 ? "<br>" : HtmlEncoder.Default.Encode(line))}</div>"));

    /// <summary>An address as a name that an annotation may have (RFC 5464 §3.2).</summary>
    private static string PlaceOf(string address)
    {
        var place = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(address.ToLowerInvariant()))
            if (char.IsAsciiLetterOrDigit((char)octet) || "@.-_+".Contains((char)octet, StringComparison.Ordinal))
                place.Append((char)octet);
            else
                place.Append(CultureInfo.InvariantCulture, $"={octet:x2}");
        return place.ToString();
    }
}
