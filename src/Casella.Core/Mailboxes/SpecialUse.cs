namespace Casella.Core.Mailboxes;

/// <summary>RFC 6154 §2. Stored as a number: never renumber.</summary>
public enum SpecialUse : byte
{
    None = 0,
    All = 1,
    Archive = 2,
    Drafts = 3,
    Flagged = 4,
    Junk = 5,
    Sent = 6,
    Trash = 7,
}
