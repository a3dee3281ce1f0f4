namespace Casella.Formats.Cards;

/// <summary>
/// A contact, as far as a mail program needs one. What else a card says (pictures, addresses of houses) is kept in
/// <see cref="Other"/> and goes out again.
/// </summary>
/// <param name="Uid">Of the card, the same wherever it travels (RFC 6350 §6.7.6).</param>
/// <param name="Name">As it is shown (FN).</param>
/// <param name="Groups">CATEGORIES: by a group's name one writes to all in it.</param>
public sealed record ContactCard(
    string Uid, string Name, IReadOnlyList<string> Emails, IReadOnlyList<string> Phones, IReadOnlyList<string> Groups)
{
    public string Organization { get; init; } = "";
    public string Note { get; init; } = "";

    /// <summary>Family and given name and the rest of N, as the card has it; empty for none.</summary>
    public string StructuredName { get; init; } = "";

    /// <summary>Lines that are not understood, unfolded.</summary>
    public IReadOnlyList<string> Other { get; init; } = [];
}
