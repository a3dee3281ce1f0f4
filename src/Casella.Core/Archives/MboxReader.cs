using System.Runtime.CompilerServices;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>
/// Reads an mbox of any of its kinds: messages begin with a From_ line after an empty line; ">From " loses one ">"
/// (mboxo, mboxrd); where a Content-Length leads to the next beginning it is believed, and nothing is unquoted (mboxcl2).
/// Lines get CRLF.
/// </summary>
internal sealed class MboxReader(string path, MailboxName? folder, MessageStaging staging)
{
    /// <summary>A header that is longer has no flags for us.</summary>
    private const int HeaderAtMost = 1024 * 1024;

    public static bool IsMbox(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> first = stackalloc byte[5];
        return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual("From "u8);
    }

    public async IAsyncEnumerable<ArchivedMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new OctetLines(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0));
        var line = await lines.ReadAsync(cancellationToken);
        while (!line.IsEmpty)
        {
            if (!FromLine.TryRead(line.Span, out var receivedAt))
            {
                line = await lines.ReadAsync(cancellationToken);   // before the first message, or after one of mboxcl
                continue;
            }

            var (message, next) = await ReadMessageAsync(lines, receivedAt, cancellationToken);
            if (message is not null)
                yield return message;
            line = next;
        }
    }

    private async Task<(ArchivedMessage? Message, ReadOnlyMemory<byte> Next)> ReadMessageAsync(
        OctetLines lines, DateTimeOffset? receivedAt, CancellationToken cancellationToken)
    {
        await using var stage = staging.Begin();
        var fields = new MboxFields();
        await ReadHeaderAsync(lines, stage, fields, cancellationToken);
        var next = await IsLengthRightAsync(lines, fields.ContentLength, cancellationToken)
            ? await CopyAsync(lines, stage, fields.ContentLength!.Value, cancellationToken)
            : await ReadBodyAsync(lines, stage, cancellationToken);
        var content = await stage.CompleteAsync(cancellationToken);
        if (!fields.IsExpunged && content.Size > 0)
            return (new ArchivedMessage(folder, fields.Flags, receivedAt, content), next);
        await content.DisposeAsync();
        return (null, next);
    }

    private static async Task ReadHeaderAsync(OctetLines lines, MessageStage stage, MboxFields fields, CancellationToken cancellationToken)
    {
        var isOwn = true;
        for (var isFirst = true; ; isFirst = false)
        {
            var line = await lines.ReadAsync(cancellationToken);
            if (line.IsEmpty)
                return;
            if (lines.IsBeginning)
                isOwn = IsEmpty(line.Span) || stage.Length > HeaderAtMost || fields.Take(line.Span, isFirst);
            if (isOwn)
                Write(stage, line.Span);
            if (lines.IsBeginning && IsEmpty(line.Span))
                return;
        }
    }

    /// <summary>An empty line is the message's only when no message begins after it.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(OctetLines lines, MessageStage stage, CancellationToken cancellationToken)
    {
        var wasEmpty = false;
        while (true)
        {
            var line = await lines.ReadAsync(cancellationToken);
            if (line.IsEmpty || (wasEmpty && lines.IsBeginning && FromLine.TryRead(line.Span, out _)))
                return line;
            if (wasEmpty)
                stage.Write("\r\n"u8);
            wasEmpty = lines.IsBeginning && IsEmpty(line.Span);
            if (!wasEmpty)
                Write(stage, lines.IsBeginning && IsQuoted(line.Span) ? line.Span[1..] : line.Span);
        }
    }

    private static async Task<bool> IsLengthRightAsync(OctetLines lines, long? length, CancellationToken cancellationToken)
    {
        if (length is not (>= 0 and var octets))
            return false;
        var after = await lines.PeekAsync(lines.Position + octets, 8, cancellationToken);
        var rest = after.AsSpan().TrimStart("\r\n"u8);
        return after.Length > rest.Length && rest.StartsWith("From "u8[..Math.Min(rest.Length, 5)]);
    }

    private static async Task<ReadOnlyMemory<byte>> CopyAsync(
        OctetLines lines, MessageStage stage, long length, CancellationToken cancellationToken)
    {
        var end = lines.Position + length;
        while (true)
        {
            // Some programs do not count the last line's end.
            var start = lines.Position;
            var line = await lines.ReadAsync(cancellationToken);
            if (line.IsEmpty || start >= end)
                return line;
            Write(stage, line.Span);
        }
    }

    /// <summary>Any ">" and "From ".</summary>
    private static bool IsQuoted(ReadOnlySpan<byte> line) => line[0] == '>' && line.TrimStart((byte)'>').StartsWith("From "u8);

    private static bool IsEmpty(ReadOnlySpan<byte> line) => line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'];

    private static void Write(MessageStage stage, ReadOnlySpan<byte> line)
    {
        if (line is not [.., (byte)'\n'] || line is [.., (byte)'\r', (byte)'\n'])
        {
            stage.Write(line);
            return;
        }

        stage.Write(line[..^1]);
        stage.Write("\r\n"u8);
    }
}
