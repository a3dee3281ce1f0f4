using Casella.Core.Annotations;

namespace Casella.Core.Changes;

/// <summary>
/// Notice of one commit: which mailboxes it touched. Readers then look at the new snapshot or read the log.
/// </summary>
/// <param name="Mailboxes">Mailboxes whose placements changed.</param>
/// <param name="TreeChanged">Mailboxes, names, special use or subscriptions changed.</param>
/// <param name="By">As the door was opened: a session knows its own changes by it.</param>
public sealed record Committed(ModSeq ModSeq, IReadOnlyList<MailboxId> Mailboxes, bool TreeChanged, Actor By)
{
    /// <summary>Annotations that were set or removed; each is for those whom it is visible to.</summary>
    public IReadOnlyList<AnnotationChange> Annotations { get; init; } = [];
}
