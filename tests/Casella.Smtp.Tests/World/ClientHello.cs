using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Smtp.Tests.World;

/// <summary>
/// The first words of a TLS client, octet by octet (RFC 8446 §4.1.2): what no library says any more can be said, and what
/// the server makes of it is its first record.
/// </summary>
internal sealed record ClientHello(params int[] Suites)
{
    public const byte HandshakeRecord = 0x16;
    public const byte AlertRecord = 0x15;

    /// <summary>0x0303 is TLS 1.2; a hello of TLS 1.3 says the same and more.</summary>
    public ushort Version { get; init; } = 0x0303;
    public string? ServerName { get; init; } = "localhost";
    public string[] Protocols { get; init; } = [];

    /// <summary>Octets of padding, to make it large.</summary>
    public int Padding { get; init; }

    /// <summary>The hello in records of at most 16 KB.</summary>
    public byte[] ToRecords()
    {
        byte[] body =
        [
            .. Number(Version), .. new byte[32], 0, .. Sized(2, [.. Suites.SelectMany(suite => Number((ushort)suite))]), 1, 0, .. Sized(2, Extensions()),
        ];
        byte[] message = [1, (byte)(body.Length >> 16), .. Number((ushort)body.Length), .. body];
        return [.. message.Chunk(16_384).SelectMany(piece => (byte[])[HandshakeRecord, 3, 1, .. Sized(2, piece)])];
    }

    /// <summary>Says it and reads the first record; nothing when the server hangs up without a word.</summary>
    public async Task<byte[]> SayAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await using var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(ToRecords(), cancellationToken);
            var head = new byte[5];
            if (await stream.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, cancellationToken) < 5)
                return [];
            var rest = new byte[BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(3))];
            var read = await stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellationToken);
            return [.. head, .. rest[..read]];
        }
        catch (IOException)
        {
            // Hung up with our words unread.
            return [];
        }
    }

    private byte[] Extensions()
    {
        byte[] name = ServerName is null ? [] : Extension(0, Sized(2, [0, .. Sized(2, Encoding.Latin1.GetBytes(ServerName))]));
        byte[] groups = Extension(10, Sized(2, [0, 0x17, 0, 0x1D]));
        byte[] points = Extension(11, [1, 0]);
        byte[] algorithms = Extension(13, Sized(2, [4, 1, 4, 3, 8, 4, 2, 1, 2, 3]));
        byte[] protocols = Protocols.Length == 0 ? [] : Extension(16, Sized(2, [.. Protocols.SelectMany(one => Sized(1, Encoding.ASCII.GetBytes(one)))]));
        return [.. name, .. groups, .. points, .. algorithms, .. protocols, .. Padding == 0 ? [] : Extension(21, new byte[Padding])];
    }

    private static byte[] Extension(ushort type, byte[] data) => [.. Number(type), .. Sized(2, data)];

    private static byte[] Sized(int octets, byte[] data) => octets == 1 ? [(byte)data.Length, .. data] : [.. Number((ushort)data.Length), .. data];

    private static byte[] Number(ushort number) => [(byte)(number >> 8), (byte)number];
}
