using System.Buffers.Binary;
using System.Net.Sockets;
using Casella.Core.Directory;

namespace Casella.Net.Connections;

/// <summary>
/// What has gone over a connection, as the kernel has counted it (tcp(7), TCP_INFO): asked when somebody looks, so that
/// no session pays for it. What was sent counts when the peer has acknowledged it.
/// </summary>
internal static class TcpTraffic
{
    // linux/tcp.h, struct tcp_info.
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int AckedAt = 120;
    private const int ReceivedAt = 128;

    public static SessionTraffic Read(Socket? socket)
    {
        if (socket is null)
            return default;
        Span<byte> info = stackalloc byte[ReceivedAt + sizeof(long)];
        try
        {
            return socket.GetRawSocketOption(TcpLevel, TcpInfo, info) == info.Length
                ? new SessionTraffic(BinaryPrimitives.ReadInt64LittleEndian(info[ReceivedAt..]), BinaryPrimitives.ReadInt64LittleEndian(info[AckedAt..]))
                : default;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It ends at this moment, and its session with it.
            return default;
        }
    }
}
