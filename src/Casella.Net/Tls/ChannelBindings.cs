using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Net.Tls;

/// <summary>
/// What ties a sign-in to the TLS connection it is made on (RFC 5056), so that nobody who stands between client and
/// server with a certificate of their own can pass it on. Asked by SCRAM-SHA-256-PLUS.
/// </summary>
/// <param name="certificate">Which the client was shown.</param>
public sealed class ChannelBindings(SslStream tls, X509Certificate2 certificate)
{
    /// <summary>Octets that prefix the data of .NET's tokens: SEC_CHANNEL_BINDINGS of SSPI.</summary>
    private const int TokenHeader = 32;

    /// <summary>True when there is a kind that this connection has in any case.</summary>
    public bool AreSupported => EndPoint() is not null;

    /// <summary>The data of a kind, by its registered name; null for a kind that this connection does not have.</summary>
    public byte[]? Find(string name) => name switch
    {
        // RFC 9266 §2: any TLS whose secret is its own.
        "tls-exporter" => KeyingMaterial.Export(tls, "EXPORTER-Channel-Binding"u8, 32),
        "tls-server-end-point" => EndPoint(),
        // RFC 5929 §3 and RFC 9266 §1: not defined for TLS 1.3.
        "tls-unique" when tls.SslProtocol is SslProtocols.Tls12 => Unique(),
        _ => null,
    };

    /// <summary>
    /// RFC 5929 §4.1: the certificate's hash by the function of its signature, SHA-256 for the broken ones; nothing for
    /// signatures that have no one function (Ed25519).
    /// </summary>
    private byte[]? EndPoint() => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawData),
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawData),
        "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.10045.4.1"
            or "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => SHA256.HashData(certificate.RawData),
        _ => null,
    };

    /// <summary>RFC 5929 §3.1: the first Finished message, where the secret is the connection's own (RFC 7627).</summary>
    private byte[]? Unique()
    {
        if (KeyingMaterial.Export(tls, "EXPORTER-Channel-Binding"u8, 32) is null)
            return null;
        using var token = tls.TransportContext.GetChannelBinding(ChannelBindingKind.Unique);
        if (token is null || token.IsInvalid || token.Size <= TokenHeader)
            return null;
        var bytes = new byte[token.Size];
        Marshal.Copy(token.DangerousGetHandle(), bytes, 0, bytes.Length);
        var prefix = "tls-unique:"u8;
        return bytes.AsSpan(TokenHeader).StartsWith(prefix) ? bytes[(TokenHeader + prefix.Length)..] : null;
    }
}
