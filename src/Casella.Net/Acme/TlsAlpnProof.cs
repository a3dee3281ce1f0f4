using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Casella.Net.Connections;
using Microsoft.AspNetCore.Connections;

namespace Casella.Net.Acme;

/// <summary>
/// tls-alpn-01 (RFC 8737): a certificate that only the authority ever sees, on port 443, for clients that say
/// "acme-tls/1". For who cannot open port 80.
/// </summary>
public sealed class TlsAlpnProof(TimeProvider time) : IChallengeProof
{
    private static readonly SslApplicationProtocol Protocol = new("acme-tls/1");
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, X509Certificate2> _shown = new(StringComparer.OrdinalIgnoreCase);

    public string Type => "tls-alpn-01";

    public Task<IAsyncDisposable> ShowAsync(string name, string token, string keyAuthorization, CancellationToken cancellationToken)
    {
        _shown[name] = Make(name, keyAuthorization);
        return Task.FromResult<IAsyncDisposable>(new ShownProof(() =>
        {
            // Not disposed: a handshake may be at it.
            _shown.TryRemove(name, out _);
            return ValueTask.CompletedTask;
        }));
    }

    /// <summary>Stands before the port's own TLS: takes the authority's connections, passes on all others untouched.</summary>
    public async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        // The usual case, all year but for some seconds: nothing is looked at.
        if (_shown.IsEmpty || !await IsAuthorityAsync(connection.Transport.Input, connection.ConnectionClosed))
        {
            await next(connection);
            return;
        }

        await using var tls = new SslStream(new DuplexPipeStream(connection.Transport.Input, connection.Transport.Output));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        deadline.CancelAfter(HandshakeTime);
        try
        {
            await tls.AuthenticateAsServerAsync(Choose, state: null, deadline.Token);
            // RFC 8737 §3: once the handshake is over there is nothing to say.
            await tls.ShutdownAsync();
        }
        catch (Exception gone) when (gone is AuthenticationException or IOException or OperationCanceledException)
        {
            // What the authority thinks of it, it says where the challenge is.
        }
    }

    private ValueTask<SslServerAuthenticationOptions> Choose(SslStream tls, SslClientHelloInfo hello, object? state, CancellationToken cancellationToken) =>
        _shown.TryGetValue(hello.ServerName, out var certificate)
            ? ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
                ApplicationProtocols = [Protocol],
                // RFC 8737 §4.
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            })
            : throw new AuthenticationException("No challenge is open for this name");

    private static async Task<bool> IsAuthorityAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var hello = ClientHello.Look(read.Buffer, Protocol.Protocol.Span);
            // Nothing is consumed, and what was seen is offered to the next reader again.
            input.AdvanceTo(read.Buffer.Start, hello is null ? read.Buffer.End : read.Buffer.Start);
            if (hello is { } answer)
                return answer;
            if (read.IsCompleted || read.IsCanceled)
                return false;
        }
    }

    /// <summary>RFC 8737 §3: for the one name, with the hash of the key authorization in a critical extension.</summary>
    private X509Certificate2 Make(string name, string keyAuthorization)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=acme-tls-alpn-01", key, HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        alternative.AddDnsName(name);
        request.CertificateExtensions.Add(alternative.Build());
        var hash = new AsnWriter(AsnEncodingRules.DER);
        hash.WriteOctetString(SHA256.HashData(Encoding.ASCII.GetBytes(keyAuthorization)));
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.5.5.7.1.31", hash.Encode(), critical: true));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }
}
