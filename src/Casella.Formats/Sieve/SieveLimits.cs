namespace Casella.Formats.Sieve;

/// <summary>
/// What one script may cost. Each figure is far above what a person writes and far below what hurts the others.
/// </summary>
public sealed record SieveLimits
{
    /// <summary>Octets of a script.</summary>
    public int ScriptSize { get; init; } = 1024 * 1024;

    /// <summary>Commands and tests of a script.</summary>
    public int Words { get; init; } = 20_000;

    /// <summary>Levels of blocks and of tests (RFC 5228 §2.10.7: at least 15).</summary>
    public int Depth { get; init; } = 32;

    /// <summary>
    /// Units of work in one run, of some ten nanoseconds: a command is one, a place where a pattern is tried is one.
    /// </summary>
    public long Steps { get; init; } = 30_000_000;

    /// <summary>Characters of a variable; more are cut off (RFC 5229 §6: at least 4000).</summary>
    public int VariableLength { get; init; } = 4096;

    /// <summary>Different variables (RFC 5229 §6: at least 128).</summary>
    public int Variables { get; init; } = 256;

    /// <summary>Characters of one text after its variables have been filled in.</summary>
    public int TextLength { get; init; } = 64 * 1024;

    /// <summary>Octets of bodies that a run may read.</summary>
    public int BodySize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Everything that a run may decide to do.</summary>
    public int Actions { get; init; } = 32;

    /// <summary>Addresses that one message is sent on to.</summary>
    public int Redirects { get; init; } = 4;

    /// <summary>Scripts included by one run, and how deep (RFC 6609 §3.2).</summary>
    public int Includes { get; init; } = 32;
    public int IncludeDepth { get; init; } = 10;

    /// <summary>Characters of a regular expression.</summary>
    public int RegexLength { get; init; } = 1000;

    /// <summary>Octets of header fields that a script may add.</summary>
    public int AddedHeader { get; init; } = 16 * 1024;

    /// <summary>Octets of bodies that a script may write into a message or around it.</summary>
    public int AddedContent { get; init; } = 256 * 1024;

    /// <summary>Times that a message may be replaced or enclosed; each time its structure is read again.</summary>
    public int Edits { get; init; } = 100;

    public static SieveLimits Default { get; } = new();
}
