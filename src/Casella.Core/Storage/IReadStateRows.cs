using Casella.Core.Messages;

namespace Casella.Core.Storage;

/// <summary>
/// Rows of an account behind the read states that persons have of their own (ADR 0016). Only its writer reads and
/// writes them, within a unit.
/// </summary>
internal interface IReadStateRows
{
    /// <summary>Everybody who has read states here.</summary>
    IReadOnlyList<Reader> Readers();

    /// <summary>Adds or replaces the row of this person.</summary>
    void Put(Reader reader);

    /// <summary>Every page of the account.</summary>
    IReadOnlyList<SeenPage> Pages();

    /// <summary>The pages of all persons with this number.</summary>
    IReadOnlyList<SeenPage> Pages(MailboxId mailbox, uint number);

    /// <summary>Adds or replaces a page; one without any bit is removed.</summary>
    void Put(SeenPage page);
}

/// <summary>Somebody with read states of their own.</summary>
/// <param name="PausedAt">The last ModSeq of the time when they were personal; null while they are.</param>
internal readonly record struct Reader(PersonId Person, ModSeq? PausedAt);

/// <summary>Which of a run of UIDs a person has read, a bit for each.</summary>
/// <param name="Words"><see cref="UidBits.WordsPerPage"/> of them; immutable once it is in memory.</param>
internal sealed record SeenPage(MailboxId Mailbox, PersonId Person, uint Number, ulong[] Words)
{
    public bool IsEmpty => !Words.AsSpan().ContainsAnyExcept(0ul);
}
