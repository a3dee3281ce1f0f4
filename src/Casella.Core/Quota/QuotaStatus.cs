namespace Casella.Core.Quota;

/// <summary>Use and limit of an account.</summary>
/// <param name="Used">Bytes of all placed messages, each message counted once.</param>
/// <param name="Limit">Bytes; null for no limit.</param>
/// <param name="Messages">Placed messages.</param>
public sealed record QuotaStatus(long Used, long? Limit, long Messages)
{
    public const long DefaultLimit = 1L << 30;

    /// <summary>Most placed messages; null for no limit (RFC 9208 §5.2).</summary>
    public long? MessageLimit { get; init; }

    /// <summary>True when incoming mail is to be answered 452 already at RCPT.</summary>
    public bool IsFull => (Limit is { } limit && Used >= limit) || (MessageLimit is { } most && Messages >= most);
}
