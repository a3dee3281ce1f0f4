using System.Globalization;
using System.Text;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>
/// A message as it stands in an mbox (RFC 4155): lines ended by LF, and ">" before every line that could be taken for the
/// beginning of a message ("mboxrd": what can be taken back). Flags are in fields that other programs know too.
/// </summary>
public static class MboxText
{
    /// <summary>Before the fields that we add, so that they are found and taken away again.</summary>
    internal const string Mark = "X-Casella-Export: 1";

    private const int Piece = 128 * 1024;

    /// <param name="output">One that gathers: it is written to in single octets.</param>
    public static async Task WriteAsync(
        Stream output, MessageContent content, FlagNames flags, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes(Head(flags, receivedAt)), cancellationToken);
        var line = new QuotedLine(output);
        for (long at = 0; at < content.Size; at += Piece)
        {
            line.Write((await content.ReadAsync(at, Piece, cancellationToken)).Span);
            await output.FlushAsync(cancellationToken);
        }

        line.End();
    }

    private static string Head(FlagNames flags, DateTimeOffset receivedAt)
    {
        var system = flags.System;
        var status = system.Has(MessageFlags.Seen) ? "RO" : "O";
        var more = string.Concat(
            system.Has(MessageFlags.Answered) ? "A" : "", system.Has(MessageFlags.Flagged) ? "F" : "",
            system.Has(MessageFlags.Draft) ? "T" : "", system.Has(MessageFlags.Deleted) ? "D" : "");
        var when = receivedAt.UtcDateTime.ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture);
        return $"From MAILER-DAEMON {when}\n{Mark}\nStatus: {status}\nX-Status: {more}\nX-Keywords: {string.Join(' ', flags.Keywords)}\n";
    }

    /// <summary>CRLF becomes LF, and a line of any ">" and "From " gets one more ">".</summary>
    private sealed class QuotedLine(Stream output)
    {
        private int _quotes;
        private int _matched;
        private bool _isInside;
        private bool _hasCr;

        private static ReadOnlySpan<byte> From => "From "u8;

        public void Write(ReadOnlySpan<byte> octets)
        {
            foreach (var octet in octets)
            {
                if (_hasCr && octet != '\n')
                    Put((byte)'\r');
                _hasCr = octet == '\r';
                if (!_hasCr)
                    Put(octet);
            }
        }

        /// <summary>A message ends with a line, and an empty one stands before the next.</summary>
        public void End()
        {
            if (_hasCr || _isInside || _quotes > 0 || _matched > 0)
                Put((byte)'\n');
            _hasCr = false;
            output.WriteByte((byte)'\n');
        }

        private void Put(byte octet)
        {
            if (!_isInside && _matched == 0 && octet == '>')
            {
                _quotes++;
                return;
            }

            if (!_isInside && octet == From[_matched])
            {
                if (++_matched < From.Length)
                    return;
                _quotes++;
                Begin();
                return;
            }

            Begin();
            output.WriteByte(octet);
            _isInside = octet != '\n';
        }

        /// <summary>What was held back at the beginning of the line.</summary>
        private void Begin()
        {
            for (; _quotes > 0; _quotes--)
                output.WriteByte((byte)'>');
            output.Write(From[.._matched]);
            (_matched, _isInside) = (0, true);
        }
    }
}
