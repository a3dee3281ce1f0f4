using Casella.Formats.Mime;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve;

/// <summary>
/// A message as a script has changed it: octets of the script's between runs of the message as it came. Those stay in
/// their order and are never copied, so that what is enclosed stays octet for octet (RFC 5703 §11).
/// </summary>
public sealed class SieveContent
{
    private SieveContent(IReadOnlyList<MessagePiece> pieces) => (Pieces, Size) = (pieces, pieces.Sum(LengthOf));

    public IReadOnlyList<MessagePiece> Pieces { get; }

    /// <summary>Octets.</summary>
    public long Size { get; }

    internal static SieveContent Unchanged(long size) => new([new MessagePiece(0, size, default)]);

    internal static SieveContent Of(ReadOnlyMemory<byte> own) => new([new MessagePiece(0, 0, own)]);

    internal static SieveContent Join(params ReadOnlySpan<SieveContent> contents)
    {
        var pieces = new List<MessagePiece>();
        foreach (var content in contents)
            pieces.AddRange(content.Pieces);
        return new SieveContent(pieces);
    }

    internal SieveContent From(long begin) => Slice(begin, Size - begin);

    internal SieveContent Slice(long begin, long count)
    {
        var pieces = new List<MessagePiece>();
        foreach (var piece in Pieces)
        {
            var length = LengthOf(piece);
            var (skip, take) = (Math.Clamp(begin, 0, length), Math.Min(length, begin + count));
            if (take > skip)
                pieces.Add(piece.Count > 0
                    ? new MessagePiece(piece.Offset + skip, take - skip, default)
                    : new MessagePiece(0, 0, piece.Own[(int)skip..(int)take]));
            begin -= length;
        }

        return new SieveContent(pieces);
    }

    /// <param name="original">Opens the message as it came.</param>
    internal Stream Open(Func<Stream> original) => new SieveContentStream(Pieces, original);

    internal static long LengthOf(MessagePiece piece) => piece.Count + piece.Own.Length;
}
