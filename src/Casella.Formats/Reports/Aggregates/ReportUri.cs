using System.Globalization;
using Casella.Formats.Addresses;
using Casella.Formats.SenderRecords;

namespace Casella.Formats.Reports.Aggregates;

/// <summary>Where reports are wanted: one item of a rua= list.</summary>
/// <param name="MaxSize">Octets of a mail that may come there (RFC 7489 §6.4), or null.</param>
public sealed record ReportUri(EmailAddress Address, long? MaxSize)
{
    /// <summary>Null for what is no mail address.</summary>
    public static ReportUri? Parse(string item)
    {
        const string Scheme = "mailto:";
        if (!item.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var rest = item[Scheme.Length..];
        long? size = null;
        if (rest.LastIndexOf('!') is > 0 and var mark)
        {
            if (Size(rest.AsSpan(mark + 1)) is not { } octets)
                return null;
            (rest, size) = (rest[..mark], octets);
        }

        // RFC 6068 §2: what follows a question mark would be a header.
        var text = Uri.UnescapeDataString(rest.Split('?')[0]);
        return EmailAddress.TryParse(text, out var address) && address.IsAscii && address.Domain[0] is not '[' ? new ReportUri(address, size) : null;
    }

    /// <summary>The addresses of a TLS-RPT record (RFC 8460 §3); empty for what is none.</summary>
    public static IReadOnlyList<ReportUri> OfTlsRecord(string record) =>
        TagList.Parse(record, StringComparer.Ordinal) is { First: "v" } tags && tags["v"] is "TLSRPTv1" && tags["rua"] is { } rua
            ? [.. rua.Split(',', StringSplitOptions.TrimEntries).Select(Parse).OfType<ReportUri>()]
            : [];

    /// <summary>The web addresses of such a record: HTTPS at its own port, and nothing that would be a sign-in.</summary>
    public static IReadOnlyList<Uri> PlacesOfTlsRecord(string record) =>
        TagList.Parse(record, StringComparer.Ordinal) is { First: "v" } tags && tags["v"] is "TLSRPTv1" && tags["rua"] is { } rua
            ? [.. rua.Split(',', StringSplitOptions.TrimEntries).Select(Place).OfType<Uri>()]
            : [];

    private static Uri? Place(string item) =>
        Uri.TryCreate(item, UriKind.Absolute, out var uri) && uri is { IsDefaultPort: true, UserInfo: "", HostNameType: UriHostNameType.Dns }
        && string.Equals(uri.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
            ? uri
            : null;

    private static long? Size(ReadOnlySpan<char> text)
    {
        var unit = text is [.., var last] && char.IsAsciiLetter(last) ? char.ToLowerInvariant(last) : ' ';
        var digits = unit == ' ' ? text : text[..^1];
        var shift = unit switch { ' ' => 0, 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, _ => -1 };
        return shift >= 0 && digits.Length is > 0 and < 7 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number << shift
            : null;
    }
}
