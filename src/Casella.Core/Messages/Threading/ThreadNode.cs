namespace Casella.Core.Messages.Threading;

/// <summary>The threading algorithms of RFC 5256 §3 BASE.6.4.THREAD, and REFS.</summary>
public enum ThreadAlgorithm
{
    /// <summary>By base subject and date, two levels deep: "poor man's threading".</summary>
    OrderedSubject,

    /// <summary>By who answers whom, then by subject where nothing says so.</summary>
    References,

    /// <summary>By who answers whom and nothing else; the conversations in the order of their newest message.</summary>
    Refs,
}

/// <summary>
/// A message in its conversation with the answers to it, sorted by sent date. Conversations can be as deep as a mailbox
/// is long: whoever walks them does not recurse.
/// </summary>
public sealed class ThreadNode
{
    internal ThreadNode(ThreadMessage? message) => Message = message;

    /// <summary>
    /// Null for a message that is not there (only at the first level): what is below it belongs together.
    /// </summary>
    public Uid? Uid => Message?.Uid;

    public IReadOnlyList<ThreadNode> Children => Answers;

    internal ThreadMessage? Message { get; set; }

    internal ThreadNode? Parent { get; set; }

    internal List<ThreadNode> Answers { get; set; } = [];

    internal bool IsDummy => Message is null;

    /// <summary>
    /// What the node is sorted by: the message, or the first child of a dummy (RFC 5256 REFERENCES step 4).
    /// </summary>
    internal ThreadMessage Leader => Message ?? Answers[0].Message!;
}

/// <summary>What threading knows of a message.</summary>
/// <param name="Position">In the mailbox; decides between equal dates.</param>
/// <param name="SentAt">Sent date, or when received (RFC 5256 §2.2), seconds since 1970 UTC.</param>
/// <param name="Subject">Base subject as the collation compares it; 0 when empty.</param>
internal sealed record ThreadMessage(Uid Uid, int Position, long SentAt, ThreadKey Subject, bool IsReply)
{
    /// <summary>Internal date, seconds since 1970 UTC.</summary>
    public long ReceivedAt { get; init; }

    public static int ByDate(ThreadMessage left, ThreadMessage right)
    {
        var order = left.SentAt.CompareTo(right.SentAt);
        return order != 0 ? order : left.Position.CompareTo(right.Position);
    }
}
