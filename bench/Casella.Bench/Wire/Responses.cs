namespace Casella.Bench.Wire;

/// <summary>
/// What a workload wants to see of the untagged responses to one IMAP command, while they pass. A response with
/// literals arrives as several lines with the literals' bytes between them.
/// </summary>
internal class Responses
{
    public static readonly Responses Ignored = new();

    /// <summary>The first line of an untagged response, up to its end or its first literal.</summary>
    public virtual void Begin(ReadOnlySpan<byte> line)
    {
    }

    /// <summary>A piece of a literal.</summary>
    public virtual void Literal(ReadOnlySpan<byte> piece)
    {
    }

    /// <summary>The rest of the line after a literal.</summary>
    public virtual void Continue(ReadOnlySpan<byte> line)
    {
    }
}
