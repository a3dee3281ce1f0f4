using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>
/// HTTPS to a place that another domain has named in its DNS: no redirects, no proxy, a bounded time and answer, and never
/// to a machine of our own network, whatever DNS says. The address that was looked at is the one that is connected to.
/// </summary>
internal sealed class PublicHttps(IDnsResolver dns, int port, Func<IPAddress, bool> mayAsk)
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(15);

    public PublicHttps(IDnsResolver dns)
        : this(dns, 443, IsPublic)
    {
    }

    /// <param name="isTrusted">Of the certificate.</param>
    /// <param name="answerAtMost">Octets.</param>
    public HttpClient Client(RemoteCertificateValidationCallback isTrusted, int answerAtMost) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = AtMost,
        MaxResponseHeadersLength = 16,
        ConnectCallback = ConnectAsync,
        SslOptions = { RemoteCertificateValidationCallback = isTrusted },
    })
    {
        Timeout = AtMost,
        MaxResponseContentBufferSize = answerAtMost,
    };

    /// <summary>Not loopback, not a network of ours, not one for special purposes (RFC 6890).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        // 2000::/3, but for Teredo and 6to4, in which an IPv4 address of ours can stand.
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
            return address.GetAddressBytes() is [>= 0x20 and <= 0x3F, ..] and not ([0x20, 0x01, 0, 0, ..] or [0x20, 0x02, ..]);
        var bytes = address.GetAddressBytes();
        return bytes[0] is not (0 or 10 or 127 or >= 224)
            && (bytes[0], bytes[1]) is not ((169, 254) or (192, 168) or (172, >= 16 and <= 31) or (100, >= 64 and <= 127) or (198, 18 or 19) or (192, 0));
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = await dns.AddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        }
        catch (DnsTemporaryException silent)
        {
            throw new HttpRequestException(silent.Message, silent);
        }

        var address = addresses.FirstOrDefault(mayAsk) ?? throw new HttpRequestException($"{context.DnsEndPoint.Host} has no address in the internet");
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
