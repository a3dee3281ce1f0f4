using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Casella.Server.Options;

/// <summary>Where a service listens: an address (null for every one) and a port, or off.</summary>
public sealed record ListenerAddress(IPAddress? Address, int Port, bool IsOff) : IParsable<ListenerAddress>
{
    public static ListenerAddress Off { get; } = new(null, 0, IsOff: true);

    public static ListenerAddress Any(int port) => new(null, port, IsOff: false);

    public static ListenerAddress Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var result)
        ? result
        : throw new FormatException($"\"{s}\" is not address:port, such as *:993 or 127.0.0.1:993, nor off");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ListenerAddress result)
    {
        result = null;
        if (string.Equals(s, "off", StringComparison.OrdinalIgnoreCase))
            result = Off;
        else if (s?.LastIndexOf(':') is { } colon and > 0
            && int.TryParse(s.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port <= IPEndPoint.MaxPort
            && TryParseAddress(s[..colon], out var address))
            result = new ListenerAddress(address, port, IsOff: false);
        return result is not null;
    }

    public override string ToString() => IsOff ? "off" : $"{Host}:{Port.ToString(CultureInfo.InvariantCulture)}";

    private string Host => Address switch
    {
        null => "*",
        { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } v6 => $"[{v6}]",
        var v4 => v4.ToString(),
    };

    private static bool TryParseAddress(string text, out IPAddress? address)
    {
        address = null;
        if (text is "*")
            return true;
        if (string.Equals(text, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = IPAddress.Loopback;
            return true;
        }
        // An IPv6 address without brackets would take the port for its last group.
        var isBracketed = text.StartsWith('[') && text.EndsWith(']');
        return isBracketed == text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out address);
    }
}
