namespace Casella.Formats.Addresses;

/// <summary>
/// One mail address in canonical form (RFC 5321 §4.1.2 Mailbox, RFC 6531 for UTF-8 local parts): what the directory stores and
/// compares. The domain is lower-case A-labels; the local part is unquoted and lower case (Casella's mailboxes have no two names
/// that differ in case only), NFC. <see cref="OriginalLocalPart"/> keeps the sender's spelling for the wire.
/// </summary>
public sealed record EmailAddress
{
    private EmailAddress(string localPart, string domain, string originalLocalPart)
        => (LocalPart, Domain, OriginalLocalPart) = (localPart, domain, originalLocalPart);

    public string LocalPart { get; }
    public string Domain { get; }

    /// <summary>The local part as it was written, unquoted: what goes on the wire to somebody else's server.</summary>
    public string OriginalLocalPart { get; }

    /// <summary>The local part before the first '+' (RFC 5233 §4 :user) and what follows it (:detail), or null.</summary>
    public (string User, string? Detail) Subaddress => throw new NotImplementedException();

    /// <summary>Parses "local@domain", also quoted local parts and address literals; at most 254 octets (RFC 5321 §4.5.3.1.3).</summary>
    public static bool TryParse(string? text, out EmailAddress address) => throw new NotImplementedException();

    /// <summary>Equality is canonical: the original spelling does not count.</summary>
    public bool Equals(EmailAddress? other) =>
        other is not null && string.Equals(LocalPart, other.LocalPart, StringComparison.Ordinal)
        && string.Equals(Domain, other.Domain, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(LocalPart, Domain);

    /// <summary>The canonical spelling "local@domain", the local part quoted where the syntax needs it.</summary>
    public override string ToString() => throw new NotImplementedException();

    /// <summary>As <see cref="ToString"/>, with the original spelling of the local part: for MAIL FROM and RCPT TO.</summary>
    public string ToWire() => throw new NotImplementedException();
}
