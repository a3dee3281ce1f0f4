namespace Casella.Core.Messages;

/// <summary>
/// A message in a mailbox as the in-memory index keeps it: enough for flags sync, STATUS, sizes and dates without SQL.
/// </summary>
/// <param name="Size">RFC822.SIZE, bytes.</param>
/// <param name="ReceivedAt">INTERNALDATE in seconds since 1970 UTC.</param>
/// <param name="SavedAt">When it came into this mailbox (RFC 8514 SAVEDATE), seconds since 1970 UTC; retention counts
/// from here.</param>
/// <param name="SentAt">The Date of the header, or <paramref name="ReceivedAt"/> for a message without one (RFC 5256
/// §2.2); seconds since 1970 UTC.</param>
public readonly record struct Placement(
    Uid Uid, EmailId Email, MessageFlags Flags, ModSeq ModSeq, uint Size, long ReceivedAt, long SavedAt, long SentAt)
{
    /// <summary>The same with another \Seen.</summary>
    internal Placement SeenAs(bool isSeen) =>
        this with { Flags = isSeen ? Flags | MessageFlags.Seen : Flags.Without(MessageFlags.Seen) };
}
