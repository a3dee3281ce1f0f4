using Casella.Core.Changes;

namespace Casella.Core.Annotations;

/// <summary>An annotation that a commit has set or removed.</summary>
/// <param name="Mailbox">Null for one of the account as a whole.</param>
public sealed record AnnotationChange(MailboxId? Mailbox, AnnotationEntry Entry)
{
    internal AnnotationOwner Owner { get; init; }

    /// <summary>What is private is nobody else's business, not even that it has changed.</summary>
    public bool IsVisibleTo(Actor actor) => !Entry.IsPrivate || Owner == AnnotationOwner.Of(actor);
}
