using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Casella.Faults;

/// <summary>TLS that trusts anybody: the server's certificate is its own, and what is tested is something else.</summary>
internal static class Tls
{
    public static async Task<(TcpClient Client, SslStream Stream)> ConnectAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(server, cancellationToken);
#pragma warning disable CA5359 // As said above.
            var stream = new SslStream(client.GetStream(), false, static (_, _, _, _) => true);
#pragma warning restore CA5359
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mail.example.test" }, cancellationToken);
            return (client, stream);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
