namespace Casella.Core.Messages;

/// <summary>
/// Flags of a placement as bits: the system flags of RFC 9051 §2.3.2 in the lowest 8 bits, then the account's keywords
/// by their number in the account's <see cref="KeywordList"/> (at most 120). \Recent is a session's view, not a flag.
/// </summary>
public readonly record struct MessageFlags(UInt128 Bits)
{
    public const int FirstKeywordBit = 8;
    public const int MaxKeywords = 120;

    public static MessageFlags None => default;
    public static MessageFlags Seen { get; } = new(1);
    public static MessageFlags Answered { get; } = new(2);
    public static MessageFlags Flagged { get; } = new(4);
    public static MessageFlags Deleted { get; } = new(8);
    public static MessageFlags Draft { get; } = new(16);

    public static MessageFlags Keyword(int number) => new(UInt128.One << (FirstKeywordBit + number));

    public bool Has(MessageFlags flags) => (Bits & flags.Bits) == flags.Bits;
    public bool HasAny(MessageFlags flags) => (Bits & flags.Bits) != UInt128.Zero;
    public static MessageFlags operator |(MessageFlags a, MessageFlags b) => new(a.Bits | b.Bits);

    /// <summary>The flags in which two differ.</summary>
    public static MessageFlags operator ^(MessageFlags a, MessageFlags b) => new(a.Bits ^ b.Bits);
    public static MessageFlags operator &(MessageFlags a, MessageFlags b) => new(a.Bits & b.Bits);

    /// <summary>These without those.</summary>
    public MessageFlags Without(MessageFlags flags) => new(Bits & ~flags.Bits);
}

/// <summary>
/// The keywords of an account in the order they were first used; a keyword keeps its number for ever. Immutable
/// snapshot.
/// </summary>
public sealed class KeywordList(IReadOnlyList<string> names)
{
    public IReadOnlyList<string> Names => names;

    /// <summary>Number of a keyword (compared without case, RFC 9051 §2.3.2), or -1.</summary>
    public int IndexOf(string keyword)
    {
        for (var i = 0; i < names.Count; i++)
            if (string.Equals(names[i], keyword, StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }

    /// <summary>The flags by name.</summary>
    public FlagNames NamesOf(MessageFlags flags) => new(
        flags & (MessageFlags.Seen | MessageFlags.Answered | MessageFlags.Flagged | MessageFlags.Deleted | MessageFlags.Draft),
        [.. names.Where((_, number) => flags.Has(MessageFlags.Keyword(number)))]);

    public bool IsFull => names.Count >= MessageFlags.MaxKeywords;
}

/// <summary>
/// Flags as a protocol names them: system flags as bits, keywords by name. The account turns names into numbers, making
/// new ones in the same transaction.
/// </summary>
/// <param name="System">System flags only.</param>
/// <param name="Keywords">Atoms as typed ("$Forwarded", "Label1").</param>
public sealed record FlagNames(MessageFlags System, IReadOnlyList<string> Keywords)
{
    public static FlagNames None { get; } = new(MessageFlags.None, []);
}

/// <summary>STORE's three ways (RFC 9051 §6.4.6).</summary>
public enum FlagOperation { Replace, Add, Remove }
