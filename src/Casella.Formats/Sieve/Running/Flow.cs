namespace Casella.Formats.Sieve.Running;

/// <summary>What comes after a command.</summary>
/// <param name="Loop">The name of the loop that a break ends; null for the innermost.</param>
internal readonly record struct Flow(FlowKind Kind, string? Loop = null)
{
    public static Flow Next => new(FlowKind.Next);
    public static Flow Stop => new(FlowKind.Stop);
    public static Flow Return => new(FlowKind.Return);
}

internal enum FlowKind : byte
{
    Next,
    /// <summary>The end of everything.</summary>
    Stop,
    /// <summary>The end of this script (RFC 6609 §3.3).</summary>
    Return,
    /// <summary>The end of a loop (RFC 5703 §3).</summary>
    Break,
}
