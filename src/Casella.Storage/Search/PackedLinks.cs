using System.Buffers;

namespace Casella.Storage.Search;

/// <summary>The short links of thousands of messages, in one piece of memory.</summary>
internal sealed class PackedLinks(int count)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(Math.Max(1, count) * Usual);
    private readonly Range[] _ranges = new Range[count];

    /// <summary>Bytes of a message with two ancestors.</summary>
    private const int Usual = 33;

    public void Set(int index, ReadOnlySpan<byte> links)
    {
        var start = _bytes.WrittenCount;
        _bytes.Write(links);
        _ranges[index] = start.._bytes.WrittenCount;
    }

    /// <summary>In their places; empty where nothing was set.</summary>
    public ReadOnlyMemory<byte>[] All() => Array.ConvertAll(_ranges, range => _bytes.WrittenMemory[range]);
}
