using Casella.Formats.Mime;

namespace Casella.Web.Reading;

/// <summary>Somebody in a header, as people read it.</summary>
/// <param name="Name">As they call themselves; empty when they do not.</param>
/// <param name="Address">Empty for what is no address ("undisclosed recipients").</param>
internal sealed record Correspondent(string Name, string Address)
{
    /// <summary>The name, else the address: for a line of a list.</summary>
    public string Short => Name.Length > 0 ? Name : Address;

    public static IReadOnlyList<Correspondent> Of(IReadOnlyList<EnvelopeAddress> addresses) =>
        [.. addresses.Where(address => address.Host is not null).Select(Of)];

    /// <summary>The first of a list, or null.</summary>
    public static Correspondent? FirstOf(IReadOnlyList<EnvelopeAddress> addresses) => Of(addresses) is [var first, ..] ? first : null;

    private static Correspondent Of(EnvelopeAddress address)
    {
        var name = address.Name is { } raw ? DecodedText.Header(raw.Span).Trim() : "";
        var local = address.Mailbox is { } mailbox ? DecodedText.Header(mailbox.Span) : "";
        var host = address.Host is { Length: > 0 } domain ? DecodedText.Header(domain.Span) : "";
        return host.Length == 0 ? new Correspondent(name.Length > 0 ? name : local, "") : new Correspondent(WithoutAddress(name, local, host), $"{local}@{host}");
    }

    /// <summary>A name that is an address shows the wrong one to who reads only names; then there is no name.</summary>
    private static string WithoutAddress(string name, string local, string host)
    {
        var text = name.Trim('\'', '"', ' ');
        return text.Contains('@', StringComparison.Ordinal) || string.Equals(text, $"{local}@{host}", StringComparison.OrdinalIgnoreCase) ? "" : text;
    }
}
