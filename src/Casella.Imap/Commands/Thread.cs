using Casella.Core.Messages.Threading;
using Casella.Imap.Commands.Searching;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>THREAD and UID THREAD (RFC 5256 §3).</summary>
internal sealed record Thread(ThreadAlgorithm Algorithm, SearchProgram Program, bool ByUid) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Thread Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        var algorithm = parser.TryWord("ORDEREDSUBJECT"u8) ? ThreadAlgorithm.OrderedSubject
            : parser.TryWord("REFERENCES"u8) ? ThreadAlgorithm.References
            : parser.TryWord("REFS"u8) ? ThreadAlgorithm.Refs
            : throw parser.Expected("ORDEREDSUBJECT, REFERENCES or REFS");
        parser.Space();
        return new Thread(algorithm, SearchProgram.ParseAfterCharset(ref parser), byUid);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (await Program.RunAsync(session, null, int.MaxValue, cancellationToken) is not { } found)
            return SearchProgram.BadCharset;
        if (found.Lowest is { } lowest)
            return session.TooMany(lowest);
        var threading = session.View.Account.ThreadAsync(found.Placements, Algorithm, cancellationToken);
        await WriteAsync(session, await session.TellingAsync(threading, cancellationToken), cancellationToken);
        return ImapReply.Ok("THREAD completed");
    }

    /// <summary>
    /// thread-data (RFC 5256 §5): one child follows its parent after a space, several stand in parentheses each.
    /// Without recursion, for a conversation may be as deep as the mailbox is long.
    /// </summary>
    private async ValueTask WriteAsync(
        ImapSession session, IReadOnlyList<ThreadNode> threads, CancellationToken cancellationToken)
    {
        var writer = session.Writer.Raw("* THREAD"u8);
        if (threads.Count > 0)
            writer.Space();
        // What is still to be written, the next on top; null closes a parenthesis.
        var open = new Stack<ThreadNode?>(threads.Reverse());
        while (open.TryPop(out var head))
        {
            if (head is null)
            {
                writer.Byte((byte)')');
                continue;
            }
            writer.Byte((byte)'(');
            open.Push(null);
            var last = WriteLine(session, head);
            for (var i = last.Children.Count - 1; i >= 0; i--)
                open.Push(last.Children[i]);
            if (last.Children.Count > 0 && last.Uid is not null)
                writer.Space();
            await writer.FlushIfLargeAsync(cancellationToken);
        }
        writer.Crlf();
    }

    /// <summary>A message, its only child, that one's only child …; returns the one at which the line ends.</summary>
    private ThreadNode WriteLine(ImapSession session, ThreadNode node)
    {
        var isFirst = true;
        while (true)
        {
            if (node.Uid is { } uid)
            {
                if (!isFirst)
                    session.Writer.Space();
                session.Writer.Number(ByUid ? uid.Value : session.View.NumberOf(uid));
                isFirst = false;
            }
            if (node.Children is not [var only])
                return node;
            node = only;
        }
    }
}
