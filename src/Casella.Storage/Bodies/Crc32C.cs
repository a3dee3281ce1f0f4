using System.Numerics;
using System.Runtime.InteropServices;

namespace Casella.Storage.Bodies;

/// <summary>
/// CRC-32C (Castagnoli) by the processor's instruction: the checksum of each stored piece, so that damaged bytes are
/// found before they are served.
/// </summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var b in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
