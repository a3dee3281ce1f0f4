using Casella.Core.Messages;
using Casella.Net.Framing;

namespace Casella.Pop3.Session;

/// <summary>
/// Sends a message as a multi-line response (RFC 1939 §3), dot-stuffed, piece by piece: a slow client slows only
/// itself. Used by RETR and TOP.
/// </summary>
internal static class MessageTransfer
{
    private const int Piece = 64 * 1024;

    /// <param name="bodyLines">Lines of the body to send, or null for all.</param>
    public static async Task SendAsync(
        Pop3Session session, MessageContent content, int? bodyLines, CancellationToken cancellationToken)
    {
        var writer = new DotStuffedWriter(session.Connection.Output);
        var lines = bodyLines is { } limit ? new TopOfMessage(limit) : null;
        for (long offset = 0; offset < content.Size && lines is not { IsOver: true }; offset += Piece)
        {
            var piece = await content.ReadAsync(offset, Piece, cancellationToken);
            writer.Write(lines is null ? piece.Span : piece.Span[..lines.Take(piece.Span)]);
            await session.FlushWhenLargeAsync(cancellationToken);
        }

        writer.Complete();
    }

    /// <summary>Follows a message across pieces and says where TOP's part of it ends.</summary>
    private sealed class TopOfMessage(int bodyLines)
    {
        private int _linesLeft = bodyLines;
        private bool _inBody;
        private bool _lineIsEmpty = true;

        public bool IsOver { get; private set; }

        /// <summary>How many bytes of the next piece belong to the answer.</summary>
        public int Take(ReadOnlySpan<byte> piece)
        {
            for (var i = 0; i < piece.Length; i++)
            {
                if (piece[i] == '\n')
                {
                    if (_inBody)
                        _linesLeft--;
                    else if (_lineIsEmpty)
                        _inBody = true;
                    _lineIsEmpty = true;
                    if (_inBody && _linesLeft <= 0)
                    {
                        IsOver = true;
                        return i + 1;
                    }
                }
                else if (piece[i] != '\r')
                {
                    _lineIsEmpty = false;
                }
            }

            return piece.Length;
        }
    }
}
