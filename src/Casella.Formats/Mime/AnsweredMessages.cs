using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// Which messages an outgoing one answers or forwards, by their Message-IDs without brackets, as its header says it.
/// Asked by submission, which marks the originals.
/// </summary>
/// <param name="Answered">RFC 5322 §3.6.4: In-Reply-To; where a program writes none, the last of References.</param>
/// <param name="Forwarded">What is passed on. No RFC has a field for it.</param>
public sealed record AnsweredMessages(IReadOnlyList<string> Answered, IReadOnlyList<string> Forwarded)
{
    public static AnsweredMessages None { get; } = new([], []);

    /// <summary>
    /// Programs do not agree on how a forward names its original. Thunderbird writes X-Forwarded-Message-Id, and
    /// In-Reply-To beside it as in an answer. Outlook, Apple Mail, Gmail and others write In-Reply-To and References
    /// only, and tell by the subject. mutt names nothing: then nothing is marked.
    /// </summary>
    /// <param name="header">The header with its empty line.</param>
    public static AnsweredMessages Read(ReadOnlyMemory<byte> header)
    {
        IReadOnlyList<HeaderField> fields = [.. HeaderSection.Fields(header)];
        if (IsAutomatic(fields))
            return None;
        if (Ids(fields, "X-Forwarded-Message-Id") is { Count: > 0 } forwarded)
            return new AnsweredMessages([], forwarded);
        var originals = Ids(fields, "In-Reply-To");
        if (originals.Count == 0 && Ids(fields, "References") is [.., var last])
            originals = [last];
        if (originals.Count == 0)
            return None;
        return Find(fields, "Subject") is { } subject && ForwardedSubject.Is(DecodedText.Header(subject.Value.Span))
            ? new AnsweredMessages([], originals)
            : new AnsweredMessages(originals, []);
    }

    /// <summary>
    /// RFC 3834 §5, RFC 8098 §3: an absence note or a read receipt refers to a message, but nobody has answered it.
    /// </summary>
    private static bool IsAutomatic(IReadOnlyList<HeaderField> fields) =>
        (Find(fields, "Auto-Submitted") is { } submitted && !Is(submitted, "no"u8))
        || (Find(fields, "Content-Type") is { } type && Is(type, "multipart/report"u8));

    /// <summary>The value without its parameters and comments.</summary>
    private static bool Is(HeaderField field, ReadOnlySpan<byte> word)
    {
        var value = field.Value.Span;
        var end = value.IndexOfAny("; \t("u8);
        return Ascii.EqualsIgnoreCase(end < 0 ? value : value[..end], word);
    }

    private static HeaderField? Find(IReadOnlyList<HeaderField> fields, string name)
    {
        foreach (var field in fields)
        {
            if (string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))
                return field;
        }

        return null;
    }

    private static List<string> Ids(IReadOnlyList<HeaderField> fields, string name) =>
        Find(fields, name) is { } field ? MessageIds.All(field.Value.Span) : [];
}
