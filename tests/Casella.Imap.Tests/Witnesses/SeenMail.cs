using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Mime;
using MimeKit;
using MimeKit.Utils;

namespace Casella.Imap.Tests.Witnesses;

/// <summary>A message as lines of text, by our parser and by MimeKit: the same lines when both see the same.</summary>
internal static class SeenMail
{
    public static IEnumerable<string> OfCasella(byte[] octets)
    {
        var message = MessageParser.Parse(new MemoryStream(octets));
        return [.. Fields(message.Envelope), .. Parts(message.Root, octets, "")];
    }

    public static IEnumerable<string> OfMimeKit(byte[] octets)
    {
        try
        {
            var message = MimeMessage.Load(ParserOptions.Default, new MemoryStream(octets), TestCancellation);
            return [.. Fields(message), .. Parts(message.Body, "")];
        }
        catch (FormatException)
        {
            return ["no message"];
        }
    }

    private static CancellationToken TestCancellation => Xunit.TestContext.Current.CancellationToken;

    private static IEnumerable<string> Fields(Envelope envelope) =>
    [
        $"subject {(envelope.Subject is { } subject ? DecodedText.Header(subject.Span).Trim() : "")}",
        $"from {Addresses(envelope.From)}",
        $"to {Addresses(envelope.To)}",
        $"id {Id(envelope.MessageId)}",
        $"answers {Id(envelope.InReplyTo)}",
    ];

    private static IEnumerable<string> Fields(MimeMessage message) =>
    [
        $"subject {message.Subject?.Trim() ?? ""}",
        $"from {Addresses(message.From)}",
        $"to {Addresses(message.To)}",
        $"id {message.MessageId ?? ""}",
        $"answers {message.InReplyTo ?? ""}",
    ];

    private static string Addresses(IReadOnlyList<EnvelopeAddress> list) => string.Join(", ", list
        .Where(address => address.Host is not null)
        .Select(address => Address(address.Name is { } name ? DecodedText.Header(name.Span) : "", $"{Text(address.Mailbox)}@{Text(address.Host)}")));

    private static string Addresses(InternetAddressList list) =>
        string.Join(", ", list.Mailboxes.Select(mailbox => Address(mailbox.Name ?? "", mailbox.Address)));

    private static string Address(string name, string address) => $"{name.Trim()} <{address}>";

    private static string Id(ReadOnlyMemory<byte>? raw) => raw is { } value ? MimeUtils.EnumerateReferences(Text(value)).FirstOrDefault() ?? "" : "";

    private static IEnumerable<string> Parts(BodyPart part, byte[] octets, string at)
    {
        var name = part.DispositionParameters.Concat(part.Parameters)
            .Where(parameter => Text(parameter.Name).ToUpperInvariant() is "FILENAME" or "NAME").Select(parameter => DecodedText.Header(parameter.Value.Span)).FirstOrDefault();
        yield return Line(at, $"{Text(part.MediaType)}/{Text(part.MediaSubtype)}", name);
        if (part.Kind == PartKind.Leaf)
            yield return $"{at} {Digest(Decoded(part, octets.AsMemory((int)part.BodyOffset, (int)part.BodySize)))}";
        if (part.Envelope is { } envelope)
            foreach (var field in Fields(envelope))
                yield return $"{at} {field}";
        foreach (var line in part.Children.SelectMany((child, index) => Parts(child, octets, Below(at, index))))
            yield return line;
    }

    /// <summary>What nobody can decode stays as it is, as in MimeKit.</summary>
    private static byte[] Decoded(BodyPart part, ReadOnlyMemory<byte> raw)
    {
        try
        {
            return DecodedText.Bytes(part, raw);
        }
        catch (FormatException)
        {
            return raw.ToArray();
        }
    }

    private static IEnumerable<string> Parts(MimeEntity? entity, string at)
    {
        if (entity is null)
            yield break;
        yield return Line(at, entity.ContentType.MimeType, entity.ContentDisposition?.FileName ?? entity.ContentType.Name);
        switch (entity)
        {
            case Multipart multipart:
                foreach (var line in multipart.SelectMany((child, index) => Parts(child, Below(at, index))))
                    yield return line;
                break;
            case MessagePart { Message: { } message }:
                foreach (var field in Fields(message))
                    yield return $"{at} {field}";
                foreach (var line in Parts(message.Body, Below(at, 0)))
                    yield return line;
                break;
            case MimePart part:
                using (var content = new MemoryStream())
                {
                    part.Content?.DecodeTo(content, TestCancellation);
                    yield return $"{at} {Digest(content.ToArray())}";
                }

                break;
        }
    }

    private static string Line(string at, string type, string? name) => $"{at} {type.ToLowerInvariant()} {name}";

    private static string Below(string at, int index) => string.Create(CultureInfo.InvariantCulture, $"{at}.{index + 1}");

    /// <summary>Line ends at the end are the boundary's to one and the part's to the other.</summary>
    private static string Digest(byte[] content)
    {
        var text = content.AsSpan().TrimEnd("\r\n"u8);
        return $"{text.Length} {Convert.ToHexStringLower(SHA256.HashData(text))[..8]}";
    }

    private static string Text(ReadOnlyMemory<byte>? raw) => raw is { } value ? Encoding.UTF8.GetString(value.Span) : "";
}
