using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Casella.Formats.Reports.Aggregates;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>
/// Fetches a domain's policy over HTTPS (RFC 8461 §3.3): one address that the RFC fixes, no redirects, a bounded answer,
/// and never from a machine of our own network, whatever DNS says.
/// </summary>
public sealed class StsPolicyFetch : IDisposable
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client;
    private readonly IDnsResolver _dns;
    private readonly int _port;
    private readonly Func<IPAddress, bool> _mayAsk;

    public StsPolicyFetch(IDnsResolver dns, RemoteCertificates certificates)
        : this(dns, certificates, 443, IsPublic)
    {
    }

    /// <summary>For tests, whose web server has another place.</summary>
    internal StsPolicyFetch(IDnsResolver dns, RemoteCertificates certificates, int port, Func<IPAddress, bool> mayAsk)
    {
        (_dns, _port, _mayAsk) = (dns, port, mayAsk);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,      // RFC 8461 §3.3
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = AtMost,
            MaxResponseHeadersLength = 16,
            ConnectCallback = ConnectAsync,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, chain, errors) => certificates.IsCertified(certificate, chain, errors) },
        })
        {
            Timeout = AtMost,
            MaxResponseContentBufferSize = StsPolicy.MaxLength,
        };
    }

    /// <summary>The text of the policy, or why there is none that can be had, in a word of RFC 8460 §4.3.2.2.</summary>
    internal async Task<(string? Text, string? Fault)> FetchAsync(string domain, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri($"https://mta-sts.{domain}/.well-known/mta-sts.txt"), cancellationToken);
            if (answer.StatusCode is not HttpStatusCode.OK || answer.Content.Headers.ContentType?.MediaType is not "text/plain")
                return (null, TlsResultTypes.PolicyNotFetched);
            return (Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellationToken)), null);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or UriFormatException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, failed.InnerException is AuthenticationException ? TlsResultTypes.PolicyUntrusted : TlsResultTypes.PolicyNotFetched);
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = await _dns.AddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        }
        catch (DnsTemporaryException silent)
        {
            throw new HttpRequestException(silent.Message, silent);
        }

        var address = addresses.FirstOrDefault(_mayAsk) ?? throw new HttpRequestException("the policy's server has no address in the internet");
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, _port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Not loopback, not a network of ours, not one for special purposes (RFC 6890).</summary>
    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
            return !IPAddress.IsLoopback(address) && address.GetAddressBytes()[0] is >= 0x20 and <= 0x3F;     // 2000::/3
        var bytes = address.GetAddressBytes();
        return bytes[0] is not (0 or 10 or 127 or >= 224)
            && (bytes[0], bytes[1]) is not ((169, 254) or (192, 168) or (172, >= 16 and <= 31) or (100, >= 64 and <= 127) or (198, 18 or 19) or (192, 0));
    }
}
