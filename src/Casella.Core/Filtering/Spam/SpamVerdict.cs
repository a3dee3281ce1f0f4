namespace Casella.Core.Filtering.Spam;

/// <summary>What the filter thinks of a message for one mailbox, and why.</summary>
/// <param name="Reasons">The weightiest first.</param>
public sealed record SpamVerdict(double Score, SpamFate Fate, IReadOnlyList<SpamReason> Reasons)
{
    /// <summary>Nobody speaks against it and nobody for it.</summary>
    public static SpamVerdict Clean { get; } = new(0, SpamFate.Take, []);

    public bool IsSpam => Fate is not SpamFate.Take;

    /// <summary>The virus's name; empty for none found, null when nobody has looked.</summary>
    public string? Virus { get; init; }
}

/// <summary>One sign with its points.</summary>
/// <param name="Sign">Its name in the message's field: "FIRST_CONTACT". Words for it: <see cref="SpamWords"/>.</param>
/// <param name="Count">What it counts, or null.</param>
public sealed record SpamReason(string Sign, double Points, int? Count = null);

/// <summary>What becomes of the message, unless the mailbox's own filter has decided.</summary>
public enum SpamFate
{
    /// <summary>As any other.</summary>
    Take,
    /// <summary>Marked, into INBOX.</summary>
    Tag,
    /// <summary>Into SPAM.</summary>
    File,
    /// <summary>Not taken.</summary>
    Refuse,
}
