namespace Casella.Formats.Mime;

/// <summary>
/// What a message's header says of its place in a conversation, by the rules of THREAD=REFERENCES (RFC 5256 §3
/// BASE.6.4.THREAD). Ids are without angle brackets and without needless quotes.
/// </summary>
/// <param name="MessageId">The message's own id; null when it has none.</param>
/// <param name="References">Its ancestors, the parent last.</param>
public sealed record ThreadReferences(string? MessageId, IReadOnlyList<string> References)
{
    /// <summary>
    /// Ancestors that are looked at, the last ones: they are what the message hangs on, and a thousand invented ones
    /// must not fill the memory.
    /// </summary>
    private const int MaxReferences = 100;

    public static ThreadReferences Read(ReadOnlyMemory<byte> header)
    {
        string? own = null;
        List<string>? references = null;
        string? inReplyTo = null;
        foreach (var field in HeaderSection.Fields(header))
        {
            if (Is(field, "Message-ID"))
                own ??= MessageIds.All(field.Value.Span, 1).FirstOrDefault();
            else if (Is(field, "References"))
                references ??= MessageIds.All(field.Value.Span, int.MaxValue);
            else if (Is(field, "In-Reply-To"))
                inReplyTo ??= MessageIds.All(field.Value.Span, 1).FirstOrDefault();
        }

        // Only when References has no valid id does In-Reply-To count, and of it only the first.
        if (references is not { Count: > 0 })
            references = inReplyTo is null ? [] : [inReplyTo];
        var ancestors = references.TakeLast(MaxReferences);
        return new ThreadReferences(own is null ? null : Normalized(own), [.. ancestors.Select(Normalized)]);
    }

    private static bool Is(HeaderField field, string name) =>
        string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>"\"01KF8\"@host" and "01KF8@host" are the same id.</summary>
    private static string Normalized(string id)
    {
        if (!id.StartsWith('"'))
            return id;
        var end = id.IndexOf('"', 1);
        return end > 1 && !id.AsSpan(1, end - 1).Contains('\\')
            ? string.Concat(id.AsSpan(1, end - 1), id.AsSpan(end + 1))
            : id;
    }
}
