using System.Net;

namespace Casella.Net.Connections;

/// <summary>How a port speaks TLS.</summary>
public enum TlsMode
{
    /// <summary>Plain text first; TLS by the protocol's own command.</summary>
    StartTls,
    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Implicit,
}

/// <summary>One port to listen on.</summary>
/// <param name="Service">Name for people: "imaps", "submission".</param>
/// <param name="EndPoint">Address and port; port 0 lets the system choose.</param>
/// <param name="Protocol">What is spoken there.</param>
public sealed record ListenerSpec(string Service, IPEndPoint EndPoint, TlsMode Tls, IMailProtocol Protocol);
