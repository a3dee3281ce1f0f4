using Casella.Core.Messages;
using Casella.Core.Messages.Threading;

namespace Casella.Core.Quota.Space;

/// <summary>Where the space of a mailbox has gone. Each message counts once, in the first of its folders.</summary>
/// <param name="BySender">The largest first; of the messages that were looked at.</param>
/// <param name="Looked">Of the mailbox's octets, how many percent the senders account for.</param>
public sealed record SpaceReport(
    long Size, int Messages, IReadOnlyList<SpaceShare> ByFolder, IReadOnlyList<SpaceShare> ByYear, IReadOnlyList<SpaceShare> BySender, int Looked,
    IReadOnlyList<LargeMessage> Largest, IReadOnlyList<LargeAttachment> Attachments);

/// <param name="Key">Name of a folder, a year, or an address.</param>
public sealed record SpaceShare(string Key, long Size, int Messages);

/// <param name="Attachments">Octets that would be won by taking its attachments away.</param>
public sealed record LargeMessage(PlacedMessage Place, string Subject, string Sender, long Attachments)
{
    public long Size => Place.Placement.Size;
}

public sealed record LargeAttachment(PlacedMessage Place, string Name, long Size, string Subject);

/// <summary>What is to be looked at: all, or the part that somebody has clicked.</summary>
public sealed record SpaceFilter
{
    public static SpaceFilter All { get; } = new();

    public MailboxId? Folder { get; init; }
    public int? Year { get; init; }

    /// <summary>In small letters.</summary>
    public string? Sender { get; init; }
}

/// <summary>The same message more than once in one folder: the first stays.</summary>
public sealed record DuplicateMessages(MailboxId Folder, string Subject, IReadOnlyList<Placement> Surplus)
{
    public long Size => Surplus.Sum(one => (long)one.Size);
}
