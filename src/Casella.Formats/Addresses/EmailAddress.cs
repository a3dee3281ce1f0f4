using System.Net;
using System.Net.Sockets;
using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Addresses;

/// <summary>
/// One mail address in canonical form (RFC 5321 §4.1.2 Mailbox, RFC 6531 for UTF-8 local parts): what the directory
/// stores and compares. The domain is lower-case A-labels; the local part is unquoted and lower case (Casella's
/// mailboxes have no two names that differ in case only), NFC. <see cref="OriginalLocalPart"/> keeps the sender's
/// spelling for the wire.
/// </summary>
public sealed record EmailAddress
{
    /// <summary>RFC 5321 §4.5.3.1.3: a path of 256 octets less its angle brackets.</summary>
    private const int MaxOctets = 254;

    private EmailAddress(string localPart, string domain, string originalLocalPart)
        => (LocalPart, Domain, OriginalLocalPart) = (localPart, domain, originalLocalPart);

    public string LocalPart { get; }
    public string Domain { get; }

    /// <summary>The local part as it was written, unquoted: what goes on the wire to somebody else's server.</summary>
    public string OriginalLocalPart { get; }

    /// <summary>
    /// The local part before the first '+' (RFC 5233 §4 :user) and what follows it (:detail), or null.
    /// </summary>
    public (string User, string? Detail) Subaddress => LocalPart.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus
        ? (LocalPart[..plus], LocalPart[(plus + 1)..])
        : (LocalPart, null);

    /// <summary>True when only ASCII goes on the wire: no SMTPUTF8 is needed (RFC 6531).</summary>
    public bool IsAscii => Ascii.IsValid(OriginalLocalPart);

    /// <summary>
    /// Parses "local@domain", also quoted local parts and address literals; at most 254 octets (RFC 5321 §4.5.3.1.3).
    /// </summary>
    public static bool TryParse(string? text, out EmailAddress address)
    {
        address = null!;
        if (text is null || text.Length > MaxOctets || Encoding.UTF8.GetByteCount(text) > MaxOctets)
            return false;
        var at = text.LastIndexOf('@');
        if (at <= 0 || !Addresses.LocalPart.TryUnquote(text.AsSpan(0, at), out var original) || !TryDomain(text[(at + 1)..], out var domain))
            return false;
        if (!NormalForm.Exists(original))
            return false;
        address = new EmailAddress(original.Normalize(NormalizationForm.FormC).ToLowerInvariant(), domain, original);
        return true;
    }

    /// <summary>Equality is canonical: the original spelling does not count.</summary>
    public bool Equals(EmailAddress? other) =>
        other is not null && string.Equals(LocalPart, other.LocalPart, StringComparison.Ordinal)
        && string.Equals(Domain, other.Domain, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(LocalPart, Domain);

    /// <summary>The canonical spelling "local@domain", the local part quoted where the syntax needs it.</summary>
    public override string ToString() => $"{Addresses.LocalPart.Quote(LocalPart)}@{Domain}";

    /// <summary>
    /// As <see cref="ToString"/>, with the original spelling of the local part: for MAIL FROM and RCPT TO.
    /// </summary>
    public string ToWire() => $"{Addresses.LocalPart.Quote(OriginalLocalPart)}@{Domain}";

    /// <summary>The same address without its +tag, or itself.</summary>
    public EmailAddress WithoutDetail() =>
        Subaddress is (var user, not null) ? new EmailAddress(user, Domain, user) : this;

    /// <summary>RFC 5321 §4.1.3: a literal is kept in the one spelling of its address.</summary>
    private static bool TryDomain(string text, out string domain)
    {
        if (text is not ['[', .., ']'])
            return DomainName.TryCanonicalize(text, out domain);
        domain = "";
        const string Tag = "IPv6:";
        var isV6 = text.AsSpan(1).StartsWith(Tag, StringComparison.OrdinalIgnoreCase);
        var inner = text[(isV6 ? 1 + Tag.Length : 1)..^1];
        // IPAddress takes "1" and "0x7f.1" too; the RFC's four numbers have three dots and digits only.
        if (!isV6 && (inner.Count(c => c == '.') != 3 || !inner.All(c => char.IsAsciiDigit(c) || c == '.')))
            return false;
        if (inner.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(inner, out var address)
            || address.AddressFamily != (isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork))
            return false;
        domain = isV6 ? $"[IPv6:{address}]" : $"[{address}]";
        return true;
    }
}
