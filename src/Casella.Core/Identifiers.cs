namespace Casella.Core;

/// <summary>A mailbox account: owner of mailboxes and messages, unit of consistency. Never re-used.</summary>
public readonly record struct AccountId(long Value);

/// <summary>A mailbox (folder) within its account. Survives renames; never re-used.</summary>
public readonly record struct MailboxId(long Value);

/// <summary>
/// A message's immutable content within its account (RFC 8474 EMAILID). Survives moves and copies; never re-used.
/// </summary>
public readonly record struct EmailId(long Value);

/// <summary>A conversation within its account (RFC 8474 THREADID).</summary>
public readonly record struct ThreadId(long Value);

public readonly record struct PersonId(long Value);
public readonly record struct DeviceId(long Value);

/// <summary>
/// Unique identifier of a placement in its mailbox (RFC 9051 §2.3.1.1): 1 … 4294967295, strictly ascending, never
/// re-used.
/// </summary>
public readonly record struct Uid(uint Value) : IComparable<Uid>
{
    public int CompareTo(Uid other) => Value.CompareTo(other.Value);
    public static bool operator <(Uid a, Uid b) => a.Value < b.Value;
    public static bool operator >(Uid a, Uid b) => a.Value > b.Value;
    public static bool operator <=(Uid a, Uid b) => a.Value <= b.Value;
    public static bool operator >=(Uid a, Uid b) => a.Value >= b.Value;
}

/// <summary>
/// Modification sequence of an account (RFC 7162 §3.1): raised once per committed transaction, 1 … 2^63-1.
/// </summary>
public readonly record struct ModSeq(long Value) : IComparable<ModSeq>
{
    public int CompareTo(ModSeq other) => Value.CompareTo(other.Value);
    public static bool operator <(ModSeq a, ModSeq b) => a.Value < b.Value;
    public static bool operator >(ModSeq a, ModSeq b) => a.Value > b.Value;
    public static bool operator <=(ModSeq a, ModSeq b) => a.Value <= b.Value;
    public static bool operator >=(ModSeq a, ModSeq b) => a.Value >= b.Value;
}
