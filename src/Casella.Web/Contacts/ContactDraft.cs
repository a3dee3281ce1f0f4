using Casella.Formats.Addresses;
using Casella.Formats.Cards;

namespace Casella.Web.Contacts;

/// <summary>A contact while somebody edits it; each line of a field is one value.</summary>
internal sealed class ContactDraft
{
    private ContactCard? _card;

    public string Name { get; set; } = "";
    public string Organization { get; set; } = "";
    public string Emails { get; set; } = "";
    public string Phones { get; set; } = "";

    /// <summary>With commas between them.</summary>
    public string Groups { get; set; } = "";
    public string Note { get; set; } = "";

    public static ContactDraft Of(ContactCard card) => new()
    {
        _card = card,
        Name = card.Name,
        Organization = card.Organization,
        Emails = string.Join('\n', card.Emails),
        Phones = string.Join('\n', card.Phones),
        Groups = string.Join(", ", card.Groups),
        Note = card.Note,
    };

    /// <summary>An address that is none, or null when all are.</summary>
    public string? BadAddress => Lines(Emails).FirstOrDefault(text => !EmailAddress.TryParse(text, out _));

    /// <summary>Null while it has no name.</summary>
    public ContactCard? ToCard()
    {
        var name = Name.Trim();
        if (name.Length == 0)
            return null;
        var groups = Groups.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return new ContactCard(_card?.Uid ?? Guid.NewGuid().ToString(), name, Lines(Emails), Lines(Phones), groups)
        {
            Organization = Organization.Trim(),
            Note = Note.Trim(),
            // Another name makes what the card said of its parts wrong.
            StructuredName = _card is { } card && string.Equals(card.Name, name, StringComparison.Ordinal) ? card.StructuredName : "",
            Other = _card?.Other ?? [],
        };
    }

    private static List<string> Lines(string text) =>
        [.. text.Split(['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];
}
