using System.Net.Sockets;

namespace Casella.Net.Connections;

/// <summary>
/// Acknowledges at once what a peer has sent when more is expected of it. Many clients (MailKit, imaplib) send a
/// message and the line end behind it in two writes; their TCP holds the second back until the first is acknowledged
/// (Nagle), and ours would put that off for 40 ms: 25 messages a second, whatever the disk can do. Called by framers
/// within a message.
/// </summary>
internal static class QuickAck
{
    // linux/tcp.h. Not sticky: the kernel goes back to delaying by itself.
    private const int TcpLevel = 6;
    private const int TcpQuickAck = 12;

    private static readonly byte[] On = BitConverter.GetBytes(1);

    /// <summary>A hint: where it cannot be given nothing is lost but time.</summary>
    public static void Send(Socket? socket)
    {
        if (socket is null)
            return;
        try
        {
            socket.SetRawSocketOption(TcpLevel, TcpQuickAck, On);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer has left; the next read says so.
            return;
        }
    }
}
