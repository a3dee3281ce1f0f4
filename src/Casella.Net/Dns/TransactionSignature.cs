using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Casella.Net.Dns;

/// <summary>
/// Signs a request to a DNS server and checks its answer (TSIG, RFC 8945): neither can be made up by who stands between.
/// </summary>
internal sealed class TransactionSignature(UpdateKey key)
{
    private const int Type = 250;
    private const int Any = 255;
    private const int HeaderLength = 12;

    /// <summary>RFC 8945 §10: clocks may differ by so many seconds.</summary>
    private const int Fudge = 300;

    private byte[] _requestMac = [];

    /// <summary>RFC 8945 §5.1.</summary>
    public byte[] Sign(byte[] message, DateTimeOffset now)
    {
        var time = Time(now.ToUnixTimeSeconds());
        _requestMac = key.Mac([.. message, .. Variables(time, Fudge, error: 0, other: [])]);
        var data = new DnsWriter().Name(key.AlgorithmName).Bytes(time).UInt16(Fudge)
            .UInt16(_requestMac.Length).Bytes(_requestMac).Bytes(message.AsSpan(0, 2)).UInt16(0).UInt16(0).ToArray();
        var record = new DnsWriter().Name(key.Name).UInt16(Type).UInt16(Any).UInt32(0).UInt16(data.Length).Bytes(data).ToArray();
        return DnsWriter.WithAnother(message, record);
    }

    /// <summary>RFC 8945 §5.3: throws unless the server that has the key has made this answer to our request.</summary>
    /// <exception cref="DnsUpdateException"/>
    public void Check(byte[] answer, DateTimeOffset now)
    {
        try
        {
            var start = LastRecord(answer);
            var reader = answer.AsSpan(SkipName(answer, start) + 10);   // type, class, TTL, length
            var time = SkipName(answer, answer.Length - reader.Length);
            var rest = answer.AsSpan(time);
            var seconds = rest[..6].ToArray();
            var fudge = BinaryPrimitives.ReadUInt16BigEndian(rest[6..]);
            var mac = rest.Slice(10, BinaryPrimitives.ReadUInt16BigEndian(rest[8..])).ToArray();
            rest = rest[(10 + mac.Length)..];
            var error = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            var other = rest.Slice(6, BinaryPrimitives.ReadUInt16BigEndian(rest[4..])).ToArray();
            if (error != 0)
                throw new DnsUpdateException($"The DNS server refuses the key {key.Name}: {Words(error)}");
            byte[] signed = [.. new DnsWriter().UInt16(_requestMac.Length).ToArray(), .. _requestMac, .. Without(answer, start), .. Variables(seconds, fudge, error, other)];
            if (!CryptographicOperations.FixedTimeEquals(key.Mac(signed), mac) || Math.Abs(Seconds(seconds) - now.ToUnixTimeSeconds()) > fudge)
                throw new DnsUpdateException($"The DNS server's answer is not signed with the key {key.Name}");
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new DnsUpdateException("The DNS server's answer makes no sense");
        }
        catch (IndexOutOfRangeException)
        {
            throw new DnsUpdateException("The DNS server's answer makes no sense");
        }
    }

    /// <summary>RFC 8945 §4.3.3.</summary>
    private byte[] Variables(ReadOnlySpan<byte> time, int fudge, int error, ReadOnlySpan<byte> other) => new DnsWriter()
        .Name(key.Name).UInt16(Any).UInt32(0).Name(key.AlgorithmName).Bytes(time).UInt16(fudge).UInt16(error).UInt16(other.Length).Bytes(other).ToArray();

    private static byte[] Time(long seconds) => new DnsWriter().UInt16((int)(seconds >> 32)).UInt32((uint)seconds).ToArray();

    private static long Seconds(ReadOnlySpan<byte> time) => ((long)BinaryPrimitives.ReadUInt16BigEndian(time) << 32) | BinaryPrimitives.ReadUInt32BigEndian(time[2..]);

    private static byte[] Without(byte[] answer, int start)
    {
        var before = answer.AsSpan(0, start).ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(before.AsSpan(10), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(before.AsSpan(10)) - 1));
        return before;
    }

    /// <summary>Where the last record begins, which must be the signature.</summary>
    private static int LastRecord(byte[] answer)
    {
        var at = HeaderLength;
        for (var i = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(4)); i > 0; i--)
            at = SkipName(answer, at) + 4;
        var records = Enumerable.Range(3, 3).Sum(section => BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(section * 2)));
        for (; records > 1; records--)
        {
            at = SkipName(answer, at);
            at += 10 + BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 8));
        }

        return records == 1 && BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(SkipName(answer, at))) == Type
            ? at
            : throw new DnsUpdateException("The DNS server's answer is not signed");
    }

    private static int SkipName(ReadOnlySpan<byte> message, int at)
    {
        while (message[at] != 0)
        {
            if (message[at] >= 0xC0)
                return at + 2;   // RFC 1035 §4.1.4: a pointer ends it
            at += message[at] + 1;
        }

        return at + 1;
    }

    // RFC 8945 §3.
    private static string Words(int error) => error switch
    {
        16 => "BADSIG, the secret is another",
        17 => "BADKEY, it does not know it",
        18 => "BADTIME, the clocks differ",
        _ => $"error {error}",
    };
}
