namespace Casella.Formats.Addresses;

/// <summary>A DNS domain name as the directory keeps it: lower-case A-labels without the final dot (RFC 5321 §4.1.2, RFC 5890).</summary>
public static class DomainName
{
    /// <summary>Canonical form of U-labels, A-labels or mixed case; false for anything that is not a host name.</summary>
    public static bool TryCanonicalize(string? text, out string domain) => throw new NotImplementedException();
}
