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
    private List<ThreadNode>? _answers;

    internal ThreadNode()
    {
    }

    internal ThreadNode(ThreadMessage message) => Message = message;

    /// <summary>
    /// Null for a message that is not there (only at the first level): what is below it belongs together.
    /// </summary>
    public Uid? Uid => IsDummy ? null : Message.Uid;

    /// <summary>Most have none, and cost nothing for it.</summary>
    public IReadOnlyList<ThreadNode> Children => Answers;

    /// <summary>Of a dummy all zeros.</summary>
    internal ThreadMessage Message { get; set; }

    internal ThreadNode? Parent { get; set; }

    /// <summary>To read; <see cref="Add"/> and <see cref="Replace"/> change it.</summary>
    internal List<ThreadNode> Answers => _answers ?? None;

    internal bool IsDummy => Message.Uid.Value == 0;

    /// <summary>
    /// What the node is sorted by: the message, or the first child of a dummy (RFC 5256 REFERENCES step 4).
    /// </summary>
    internal ThreadMessage Leader => IsDummy ? Answers[0].Message : Message;

    private static List<ThreadNode> None { get; } = [];

    internal void Add(ThreadNode answer) => (_answers ??= new List<ThreadNode>(1)).Add(answer);

    internal void Replace(List<ThreadNode> answers) => _answers = answers;

    internal void SortAnswers() => _answers?.Sort(ByDate);

    /// <summary>By the sent date of their leaders; between equal dates by the place in the mailbox.</summary>
    internal static int ByDate(ThreadNode left, ThreadNode right) => left.LeaderOrder.CompareTo(right.LeaderOrder);

    private long LeaderOrder => IsDummy ? Answers[0].Message.Order : Message.Order;
}

/// <summary>What threading knows of a message that is there.</summary>
/// <param name="Position">In the mailbox; decides between equal dates.</param>
/// <param name="SentAt">Sent date, or when received (RFC 5256 §2.2), seconds since 1970 UTC.</param>
/// <param name="Subject">Base subject as the collation compares it; 0 when empty.</param>
/// <param name="ReceivedAt">Internal date, seconds since 1970 UTC.</param>
internal readonly record struct ThreadMessage(
    Uid Uid, int Position, long SentAt, ThreadKey Subject, bool IsReply, long ReceivedAt)
{
    /// <summary>Date and position in one number: the dates of .NET, years 1 to 9999, have 39 bits with their sign.</summary>
    public long Order => (SentAt << 24) + Position;
}
