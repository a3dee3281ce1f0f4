using Casella.Core;

namespace Casella.Imap.Session;

/// <summary>
/// What a session has to be told after <see cref="MailboxView.Advance"/>, in the order in which it is sent.
/// </summary>
internal sealed record ViewChanges
{
    public static ViewChanges None { get; } = new();

    /// <summary>New keywords have come: FLAGS is to be sent before one is used.</summary>
    public bool HasNewKeywords { get; init; }

    /// <summary>Messages that are gone, ascending (for VANISHED).</summary>
    public IReadOnlyList<Uid> Vanished { get; init; } = [];

    /// <summary>
    /// Their sequence numbers before the change, ascending. Sent from the last to the first, so that none shifts
    /// another.
    /// </summary>
    public IReadOnlyList<int> Expunged { get; init; } = [];

    /// <summary>So many messages at the end are new to the client.</summary>
    public int NewCount { get; init; }

    /// <summary>The new number of messages when there are new ones, or null.</summary>
    public int? Exists { get; init; }

    /// <summary>The new number of recent messages when there are new ones, or null.</summary>
    public int? Recent { get; init; }

    /// <summary>Sequence numbers, after all of the above, of messages whose flags others have changed.</summary>
    public IReadOnlyList<int> FlagsChanged { get; init; } = [];

    /// <summary>
    /// The same of messages that have another ModSeq and look as before: somebody else has read them, where each person
    /// has a \Seen of their own.
    /// </summary>
    public IReadOnlyList<int> ModSeqChanged { get; init; } = [];
}
