using System.Runtime.CompilerServices;
using Casella.Core.Messages;
using Casella.Formats.Mime;

namespace Casella.Imap.Commands.Fetching;

/// <summary>
/// The octets of a part with its transfer encoding undone (FETCH BINARY, RFC 3516 §4.3). Read twice, first for the
/// size and for NUL, which must be said before the octets; never held as a whole.
/// </summary>
/// <param name="raw">Where the part's body stands in the message.</param>
/// <param name="part">Null for the message itself, which has no encoding.</param>
internal sealed class DecodedSection(MessageContent content, Partial raw, BodyPart? part)
{
    private const int Piece = 64 * 1024;

    /// <summary>False when the encoding is unknown: UNKNOWN-CTE.</summary>
    public static bool CanDecode(BodyPart? part) => part is null || PartDecoder.For(part) is not null;

    /// <summary>Octets after decoding, and whether NUL is among those asked for.</summary>
    public async ValueTask<(long Size, bool HasNul)> MeasureAsync(Partial? asked, CancellationToken cancellationToken)
    {
        var (size, hasNul) = (0L, false);
        await foreach (var piece in PiecesAsync(cancellationToken))
        {
            hasNul |= Cut(piece, size, asked).Span.Contains((byte)0);
            size += piece.Length;
        }

        return (size, hasNul);
    }

    /// <summary>The octets asked for, in pieces.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Partial? asked, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var at = 0L;
        await foreach (var piece in PiecesAsync(cancellationToken))
        {
            yield return Cut(piece, at, asked);
            at += piece.Length;
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var decoder = part is null ? null : PartDecoder.For(part);
        for (var at = 0L; at < raw.Count; at += Piece)
        {
            var piece = await content.ReadAsync(raw.Offset + at, Math.Min(Piece, raw.Count - at), cancellationToken);
            yield return decoder?.Decode(piece) ?? piece;
        }

        if (decoder is not null)
            yield return decoder.End();
    }

    /// <summary>What of a piece that begins at <paramref name="start"/> is asked for.</summary>
    private static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> piece, long start, Partial? asked)
    {
        if (asked is not { } range)
            return piece;
        var from = Math.Clamp(range.Offset - start, 0, piece.Length);
        // Offset and count may both be near 2^63.
        var to = range.Count > long.MaxValue - range.Offset
            ? piece.Length
            : Math.Clamp(range.Offset + range.Count - start, from, piece.Length);
        return piece[(int)from..(int)to];
    }
}
