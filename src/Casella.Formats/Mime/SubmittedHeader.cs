using System.Globalization;
using System.Text;
using Casella.Formats.Addresses;

namespace Casella.Formats.Mime;

/// <summary>
/// The header of a message that one of our users sends: what submission checks in it (RFC 6409 §6, §8) and how it
/// leaves (RFC 5322 §3.6.3: without Bcc). Every octet that is not named here stays as the program wrote it.
/// </summary>
public sealed class SubmittedHeader
{
    /// <summary>Characters of a program's name: as many as IMAP ID may have.</summary>
    private const int MaxProgram = 100;

    // A Return-Path is written at delivery only (RFC 5321 §4.4); a program's own would be believed.
    private static readonly string[] NotKept = ["Return-Path"];
    private static readonly string[] NotSent = ["Bcc", "Resent-Bcc", .. NotKept];

    private readonly ReadOnlyMemory<byte> _header;
    private readonly List<HeaderField> _fields;

    private SubmittedHeader(ReadOnlyMemory<byte> header)
    {
        _header = header;
        _fields = [.. HeaderSection.Fields(header)];
        var from = Named("From");
        (From, FromIsValid) = from.Count == 1 ? Addresses(from[0]) : ([], false);
        FromIsValid &= From.Count > 0;
        var sender = Named("Sender");
        SenderField = sender.Count == 1 && Addresses(sender[0]) is ([var only], true) ? only : null;
        SenderIsValid = sender.Count == 0 || SenderField is not null;
        Resenders = [.. Named("Resent-From").Concat(Named("Resent-Sender")).SelectMany(field => Addresses(field).Addresses)];
        HasDate = Named("Date").Count > 0;
        HasMessageId = Named("Message-ID").Count > 0;
        ReceivedCount = Named("Received").Count;
        Program = Named("User-Agent").Concat(Named("X-Mailer")).Select(field => ProgramName(field.Value.Span)).FirstOrDefault(name => name.Length > 0);
    }

    /// <summary>Addresses of the From field; empty when there is none or more than one such field.</summary>
    public IReadOnlyList<EmailAddress> From { get; }

    /// <summary>Exactly one From field, with one address or more, all of them addresses (RFC 5322 §3.6.2).</summary>
    public bool FromIsValid { get; }

    /// <summary>Who says that he sends it on (RFC 5322 §3.6.6).</summary>
    public IReadOnlyList<EmailAddress> Resenders { get; }

    /// <summary>The Sender field's one address, or null.</summary>
    public EmailAddress? SenderField { get; }

    /// <summary>No Sender field, or one with one address.</summary>
    public bool SenderIsValid { get; }

    public bool HasDate { get; }
    public bool HasMessageId { get; }

    /// <summary>How many servers have passed the message on (RFC 5321 §6.3).</summary>
    public int ReceivedCount { get; }

    /// <summary>What the program that wrote it calls itself (User-Agent, X-Mailer), on one line; null when it does not.</summary>
    public string? Program { get; }

    /// <param name="header">The header with its empty line.</param>
    public static SubmittedHeader Read(ReadOnlyMemory<byte> header) => new(header);

    /// <summary>
    /// The header as it leaves: without Bcc, with the given fields at its end, before the empty line.
    /// </summary>
    /// <param name="added">Values without line ends.</param>
    public byte[] WithoutBcc(IReadOnlyList<(string Name, string Value)> added) => Without(NotSent, added);

    /// <summary>
    /// The header as the sender keeps it: the same with Bcc (RFC 5322 §3.6.3: whoever sent it may know).
    /// </summary>
    public byte[] WithBcc(IReadOnlyList<(string Name, string Value)> added) => Without(NotKept, added);

    private byte[] Without(string[] removed, IReadOnlyList<(string Name, string Value)> added)
    {
        using var output = new MemoryStream(_header.Length + 256);
        var header = _header.Span;
        var end = EndOfFields();
        var at = 0;
        foreach (var field in _fields)
        {
            if (!removed.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
                continue;
            output.Write(header[at..field.Offset]);
            at = field.Offset + field.Length;
        }

        output.Write(header[at..end]);
        if (end > at && header[end - 1] != '\n')
            output.Write("\r\n"u8);
        foreach (var (name, value) in added)
            output.Write(Encoding.UTF8.GetBytes($"{name}: {value}\r\n"));
        output.Write("\r\n"u8);
        return output.ToArray();
    }

    private static string ProgramName(ReadOnlySpan<byte> value)
    {
        var text = string.Concat(DecodedText.Header(value).Where(c => char.GetUnicodeCategory(c)
            is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate))).Trim();
        return text.Length <= MaxProgram ? text : text[..MaxProgram];
    }

    private int EndOfFields()
    {
        var header = _header.Span;
        if (header.EndsWith("\r\n\r\n"u8) || header.SequenceEqual("\r\n"u8))
            return header.Length - 2;
        return header.EndsWith("\n\n"u8) || header.SequenceEqual("\n"u8) ? header.Length - 1 : header.Length;
    }

    private List<HeaderField> Named(string name) =>
        _fields.FindAll(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The addresses of a field, and whether all that stands there is addresses, for every reader the same.</summary>
    internal static (IReadOnlyList<EmailAddress> Addresses, bool AreValid) Addresses(HeaderField field)
    {
        var found = new List<EmailAddress>();
        var addresses = AddressList.Parse(field.Value.Span, out var valid);
        foreach (var address in addresses)
        {
            if (address.Host is not { } host)
                continue;   // a group's name or end
            if (EmailAddress.TryParse(Spelled(address.Mailbox, host), out var parsed))
                found.Add(parsed);
            else
                valid = false;
        }

        return (found, valid);
    }

    /// <summary>
    /// The parser has taken the quotes of the local part away; they must come back where the syntax needs them.
    /// </summary>
    private static string Spelled(ReadOnlyMemory<byte>? mailbox, ReadOnlyMemory<byte> host) =>
        $"{LocalPart.Quote(Encoding.UTF8.GetString(mailbox.GetValueOrDefault().Span))}@{Encoding.UTF8.GetString(host.Span)}";
}
