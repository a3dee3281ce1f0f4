using System.Net;
using System.Net.Sockets;
using Casella.Formats.Addresses;

namespace Casella.Web.Http;

/// <summary>
/// How we connect to an address that somebody else has named: the name is resolved once, and the connection goes to the
/// address that was looked at, so a name that has another answer a moment later leads nowhere.
/// </summary>
internal static class PublicConnection
{
    public static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var address = addresses.FirstOrDefault(PublicAddress.Is) ?? throw new IOException($"{context.DnsEndPoint.Host} is no public place");
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
