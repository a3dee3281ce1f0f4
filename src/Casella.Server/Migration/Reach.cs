using System.Net;
using System.Net.Sockets;
using Casella.Core.Migration;
using Casella.Formats.Addresses;

namespace Casella.Server.Migration;

/// <summary>How a connection to another server is made: anywhere for the technician, to public places for members.</summary>
internal interface IReach
{
    /// <exception cref="OldServerException">NotAllowed.</exception>
    Task<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken);
}

/// <summary>Wherever somebody wants who may run commands on this machine.</summary>
internal sealed class OpenReach : IReach
{
    public static OpenReach Instance { get; } = new();

    public async Task<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken) =>
        await Sockets.ConnectAsync(await Dns.GetHostAddressesAsync(host, cancellationToken), port, cancellationToken);
}

/// <summary>
/// Only to the world: what a member types must not knock at doors inside our network. The name is resolved once, and the
/// connection goes to the addresses that were looked at.
/// </summary>
internal sealed class PublicReach : IReach
{
    public static PublicReach Instance { get; } = new();

    public async Task<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = (await Dns.GetHostAddressesAsync(host, cancellationToken)).Where(PublicAddress.Is).ToArray();
        return addresses.Length > 0
            ? await Sockets.ConnectAsync(addresses, port, cancellationToken)
            : throw new OldServerException(OldServerProblem.NotAllowed, $"{host} is no public place; Migration:PrivateServers may name it");
    }
}

internal static class Sockets
{
    public static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
