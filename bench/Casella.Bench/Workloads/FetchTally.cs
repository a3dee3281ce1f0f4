using System.Buffers.Text;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>Counts the responses of a FETCH of a whole mailbox and the octets of its literals.</summary>
internal class FetchTally : Responses
{
    /// <summary>Messages seen; they came in the order 1, 2, 3…</summary>
    public int Messages { get; private set; }

    public long LiteralOctets { get; private set; }

    /// <exception cref="UnexpectedAnswerException">A message is missing, or came twice.</exception>
    public override void Begin(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("* "u8) || !Utf8Parser.TryParse(line[2..], out int number, out var digits)
            || !line[(2 + digits)..].StartsWith(" FETCH ("u8))
            return;
        if (number != Messages + 1)
            throw new UnexpectedAnswerException($"message {Messages + 1} was to come, not {number}");
        Messages = number;
    }

    public override void Literal(ReadOnlySpan<byte> piece) => LiteralOctets += piece.Length;

    /// <exception cref="UnexpectedAnswerException">There were more or fewer responses.</exception>
    public void Check(int messages)
    {
        if (Messages != messages)
            throw new UnexpectedAnswerException($"FETCH answered for {Messages} of {messages} messages");
    }
}
