using System.Security.Authentication;

namespace Casella.Net.Tls;

/// <summary>What was negotiated, for Received fields, logs and the story of a device.</summary>
/// <param name="Protocol">Tls12 or Tls13.</param>
/// <param name="CipherSuite">IANA name, "TLS_AES_256_GCM_SHA384".</param>
/// <param name="ServerName">SNI of the client, or null.</param>
public sealed record TlsFacts(SslProtocols Protocol, string CipherSuite, string? ServerName);
