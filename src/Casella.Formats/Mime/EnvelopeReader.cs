namespace Casella.Formats.Mime;

/// <summary>Makes an ENVELOPE of a header's fields (RFC 9051 §7.5.2). The first field of a name counts.</summary>
internal static class EnvelopeReader
{
    public static Envelope Read(IEnumerable<HeaderField> fields)
    {
        var first = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields)
            first.TryAdd(field.Name, field.Value);
        var from = Addresses(first, "From");
        return new Envelope(
            Text(first, "Date"), Text(first, "Subject"),
            from, Addresses(first, "Sender", from), Addresses(first, "Reply-To", from),
            Addresses(first, "To"), Addresses(first, "Cc"), Addresses(first, "Bcc"),
            Text(first, "In-Reply-To"), Text(first, "Message-ID"));
    }

    /// <summary>RFC 9051 §7.5.2: Sender and Reply-To that are absent or empty are the From.</summary>
    private static IReadOnlyList<EnvelopeAddress> Addresses(
        Dictionary<string, ReadOnlyMemory<byte>> fields, string name, IReadOnlyList<EnvelopeAddress>? whenEmpty = null)
    {
        IReadOnlyList<EnvelopeAddress> addresses = fields.TryGetValue(name, out var value) ? AddressList.Parse(value.Span) : [];
        return addresses.Count > 0 ? addresses : whenEmpty ?? [];
    }

    private static ReadOnlyMemory<byte>? Text(Dictionary<string, ReadOnlyMemory<byte>> fields, string name) =>
        fields.TryGetValue(name, out var value) ? value : default(ReadOnlyMemory<byte>?);
}
