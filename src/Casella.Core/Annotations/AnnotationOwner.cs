using Casella.Core.Changes;

namespace Casella.Core.Annotations;

/// <summary>
/// Whose annotation it is. Stored as a number: never renumber. Who signs in with the common password of a mailbox is no
/// person; what is private there is common to all who do.
/// </summary>
internal readonly record struct AnnotationOwner(long Value)
{
    public static AnnotationOwner Everybody { get; } = new(0);

    private static AnnotationOwner NoPerson { get; } = new(-1);

    public static AnnotationOwner Of(Actor actor) => actor.Person is { } person ? new(person.Value) : NoPerson;

    public static AnnotationOwner Of(AnnotationEntry entry, Actor actor) => entry.IsPrivate ? Of(actor) : Everybody;
}
