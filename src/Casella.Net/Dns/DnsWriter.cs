using System.Buffers.Binary;
using System.Text;

namespace Casella.Net.Dns;

/// <summary>Writes pieces of DNS messages (RFC 1035 §4), without compression.</summary>
internal sealed class DnsWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public DnsWriter UInt16(int value)
    {
        _bytes.Add((byte)(value >> 8));
        _bytes.Add((byte)value);
        return this;
    }

    public DnsWriter UInt32(uint value) => UInt16((int)(value >> 16)).UInt16((int)(value & 0xFFFF));

    public DnsWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>RFC 4034 §6.2: in lower case, as signatures want it.</summary>
    public DnsWriter Name(string name)
    {
        foreach (var label in name.ToLowerInvariant().Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            _bytes.Add((byte)label.Length);
            _bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        _bytes.Add(0);
        return this;
    }

    /// <summary>RFC 1035 §3.3.14: at most 255 octets, which is more than a challenge has.</summary>
    public DnsWriter Text(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        UInt16(bytes.Length + 1);
        _bytes.Add((byte)bytes.Length);
        return Bytes(bytes);
    }

    /// <summary>A message with one record more (of the additional section) than it says.</summary>
    public static byte[] WithAnother(ReadOnlySpan<byte> message, ReadOnlySpan<byte> record)
    {
        const int AdditionalCount = 10;
        byte[] whole = [.. message, .. record];
        var count = BinaryPrimitives.ReadUInt16BigEndian(whole.AsSpan(AdditionalCount));
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(AdditionalCount), (ushort)(count + 1));
        return whole;
    }
}
