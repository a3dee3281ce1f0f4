using System.Net;
using Casella.Formats.Addresses;

namespace Casella.Smtp.Inbound;

/// <summary>What a client may call itself (RFC 5321 §4.1.1.1): its name, or its address in brackets.</summary>
internal static class HelloRules
{
    /// <summary>A stranger who says that he is us: no mistake makes that happen.</summary>
    public static bool ClaimsToBeUs(string hello, string hostName, IPAddress client, IPAddress local) =>
        string.Equals(hello.TrimEnd('.'), hostName, StringComparison.OrdinalIgnoreCase)
        || (Literal(hello) is { } address && address.Equals(local) && !address.Equals(client));

    /// <summary>What is wrong with a name, for who judges the message; null when nothing is.</summary>
    public static string? Problem(string hello, IPAddress client)
    {
        if (hello is ['[', ..])
            return client.Equals(Literal(hello)) ? null : "HELO has another address than the client";
        if (IPAddress.TryParse(hello, out _))
            return "HELO is an address without brackets";
        if (!DomainName.TryCanonicalize(hello, out var name))
            return "HELO is not a name";
        return name.Contains('.', StringComparison.Ordinal) ? null : "HELO has no domain";
    }

    private static IPAddress? Literal(string hello) => hello is ['[', .. var inner, ']']
        && IPAddress.TryParse(inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? inner[5..] : inner, out var address) ? address : null;
}
