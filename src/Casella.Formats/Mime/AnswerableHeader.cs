using System.Text;
using Casella.Formats.Addresses;

namespace Casella.Formats.Mime;

/// <summary>
/// The header of received mail as an automatic answer must look at it (RFC 3834 §2): is it from a person, and to whom
/// is it addressed? Read by Core/Delivery.
/// </summary>
public sealed class AnswerableHeader
{
    private static readonly string[] Bulk = ["bulk", "list", "junk"];

    // Bcc: the copy that its receiver gets names him; Resent: somebody has sent it on to us by hand.
    private static readonly string[] AddressFields = ["To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"];

    private AnswerableHeader(IReadOnlyList<HeaderField> fields)
    {
        IsAutomatic = fields.Any(IsSignOfMachine);
        Recipients =
        [
            .. fields.Where(field => AddressFields.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
                .SelectMany(field => SubmittedHeader.Addresses(field).Addresses),
        ];
    }

    /// <summary>Written by a program, sent to a list, or marked as not to be answered by one.</summary>
    public bool IsAutomatic { get; }

    /// <summary>Everybody that the header names as a recipient.</summary>
    public IReadOnlyList<EmailAddress> Recipients { get; }

    public static AnswerableHeader Read(ReadOnlyMemory<byte> header) => new([.. HeaderSection.Fields(header)]);

    private static bool IsSignOfMachine(HeaderField field) => field.Name.ToUpperInvariant() switch
    {
        // RFC 3834 §5: any value but "no".
        "AUTO-SUBMITTED" => Word(field) is not "no",
        "PRECEDENCE" => Bulk.Contains(Word(field), StringComparer.Ordinal),
        // Exchange and Outlook say so what they do not want to be answered.
        "X-AUTO-RESPONSE-SUPPRESS" => Word(field) is not "none",
        "X-SPAM-FLAG" => Word(field) is "yes",
        // RFC 2369, RFC 2919.
        var name => name.StartsWith("LIST-", StringComparison.Ordinal),
    };

    /// <summary>The first word of a value, in lower case, without parameters and comments.</summary>
    private static string Word(HeaderField field)
    {
        var value = field.Value.Span;
        var end = value.IndexOfAny("; \t(,"u8);
        return Encoding.Latin1.GetString(end < 0 ? value : value[..end]).ToLowerInvariant();
    }
}
