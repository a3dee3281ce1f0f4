using System.Text;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// What a message shows to who looks for spam. Read once, from its first octets only: a hostile message costs no more
/// than a long one.
/// </summary>
internal sealed record MessageClues
{
    /// <summary>Octets that are looked at, header and all; the text of spam stands in front.</summary>
    public const int OctetsAtMost = 256 * 1024;

    private const int TextAtMost = 64 * 1024;
    private const int PiecesAtMost = 8;
    private const int LinksAtMost = 100;
    private const int AttachmentsAtMost = 50;

    /// <summary>The one author; null when there is not exactly one that can be read.</summary>
    public EmailAddress? From { get; init; }
    public string FromName { get; init; } = "";

    /// <summary>Where answers go, when that is not the author.</summary>
    public EmailAddress? ReplyTo { get; init; }
    public string Subject { get; init; } = "";
    public DateTimeOffset? SentAt { get; init; }
    public bool HasMessageId { get; init; }

    /// <summary>It says to whom it is.</summary>
    public bool HasRecipients { get; init; }

    /// <summary>Of a mailing list or a newsletter.</summary>
    public bool IsOfList { get; init; }

    /// <summary>What a person reads, HTML as its text.</summary>
    public string Text { get; init; } = "";
    public IReadOnlyList<LinkClue> Links { get; init; } = [];

    /// <summary>There is HTML, and no plain text beside it.</summary>
    public bool IsHtmlOnly { get; init; }
    public bool HidesText { get; init; }
    public bool HasForm { get; init; }

    /// <summary>File names.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];

    /// <summary>Message-IDs that it answers, the nearest first.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    public static MessageClues Read(StagedMessage message)
    {
        using var content = message.OpenRead();
        var bytes = new byte[Math.Min(message.Size, OctetsAtMost)];
        var length = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Read(bytes.AsMemory(0, length), message.Parsed.Root, message.Parsed.Envelope) with
        {
            SentAt = message.Parsed.SentAt,
            References = [.. message.Parsed.References.Reverse().Take(10)],
        };
    }

    /// <param name="bytes">The first octets of the message.</param>
    public static MessageClues Read(ReadOnlyMemory<byte> bytes, BodyPart root, Envelope envelope)
    {
        var parts = MessageParts.Of(root);
        var (text, html) = (new StringBuilder(), new List<HtmlClues>());
        foreach (var piece in parts.Body.Take(PiecesAtMost))
            ReadPiece(bytes, piece, text, html);
        var from = envelope.From is [var one] ? AddressOf(one) : null;
        var header = bytes[..(int)Math.Min(bytes.Length, root.BodyOffset)];
        return new MessageClues
        {
            From = from,
            FromName = envelope.From is [{ Name: { } name }] ? DecodedText.Header(name.Span).Trim() : "",
            ReplyTo = envelope.ReplyTo is [var reply] && AddressOf(reply) is { } other && other != from ? other : null,
            Subject = envelope.Subject is { } subject ? Cut(DecodedText.Header(subject.Span), 1_000) : "",
            HasMessageId = envelope.MessageId is { Length: > 0 },
            HasRecipients = envelope.To.Count + envelope.Cc.Count > 0,
            IsOfList = HeaderSection.Fields(header).Any(field => field.Name.StartsWith("List-", StringComparison.OrdinalIgnoreCase)),
            Text = Cut(text.ToString(), 2 * TextAtMost),
            Links = [.. html.SelectMany(clues => clues.Links).Select(link => LinkClue.Of(link.Target, link.Words)).Concat(LinkClue.In(text.ToString())).OfType<LinkClue>().Take(LinksAtMost)],
            IsHtmlOnly = parts.Body.Any(piece => piece is { Plain: null, Html: not null }) && parts.Body.All(piece => piece.Plain is null),
            HidesText = html.Exists(clues => clues.HidesText),
            HasForm = html.Exists(clues => clues.HasForm),
            Attachments = [.. parts.Attachments.Select(part => part.Name).OfType<string>().Take(AttachmentsAtMost)],
        };
    }

    /// <summary>The names under which a sender may be on a list: the address, its domain, the domains above.</summary>
    public static IReadOnlyList<string> ListEntries(EmailAddress? from)
    {
        if (from is null)
            return [];
        var entries = new List<string> { from.ToString() };
        for (var domain = from.Domain; domain.Contains('.', StringComparison.Ordinal); domain = domain[(domain.IndexOf('.', StringComparison.Ordinal) + 1)..])
            entries.Add(domain);
        return entries;
    }

    /// <summary>
    /// As far as can be told without the list of suffixes: one name is the other's, or they share what stands above the
    /// country.
    /// </summary>
    public static bool AreOfOneOwner(string one, string other) => string.Equals(Owner(one), Owner(other), StringComparison.Ordinal);

    public static EmailAddress? AddressOf(EnvelopeAddress one) =>
        one is { Mailbox: { Length: > 0 } mailbox, Host: { Length: > 0 } host }
        && EmailAddress.TryParse($"{DecodedText.Header(mailbox.Span)}@{DecodedText.Header(host.Span)}", out var address)
            ? address
            : null;

    /// <summary>"example.org", "example.co.uk".</summary>
    private static string Owner(string domain)
    {
        var labels = domain.ToLowerInvariant().Split('.');
        var count = labels.Length > 2 && labels[^1].Length == 2 && labels[^2].Length <= 3 ? 3 : 2;
        return string.Join('.', labels.TakeLast(count));
    }

    private static void ReadPiece(ReadOnlyMemory<byte> bytes, BodyPiece piece, StringBuilder text, List<HtmlClues> html)
    {
        if (piece.Html is { } rich)
        {
            var raw = Slice(bytes, rich);
            html.Add(HtmlClues.Read(DecodedText.Text(rich, raw, htmlToText: false)));
            text.Append(DecodedText.Text(rich, raw, htmlToText: true)).Append('\n');
        }
        // The plain form says the same, or hides behind the other what only filters read.
        if (piece.Plain is { } plain)
            text.Append(DecodedText.Text(plain, Slice(bytes, plain), htmlToText: true)).Append('\n');
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> bytes, BodyPart part) => part.BodyOffset >= bytes.Length
        ? default
        : bytes.Slice((int)part.BodyOffset, (int)Math.Min(Math.Min(part.BodySize, TextAtMost), bytes.Length - part.BodyOffset));

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}

/// <summary>Where a link leads.</summary>
/// <param name="Words">What the reader sees of it; empty in plain text.</param>
internal sealed record LinkClue(string Host, bool HasUser, bool HasPort, string Words)
{
    private const int MaxLength = 2_000;

    /// <summary>Null for what leads to no server.</summary>
    public static LinkClue? Of(string target, string words) =>
        target.Length <= MaxLength && Uri.TryCreate(target.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? new LinkClue(uri.IdnHost.ToLowerInvariant(), uri.UserInfo.Length > 0, !uri.IsDefaultPort, words)
            : null;

    /// <summary>Those that are written in a text.</summary>
    public static IEnumerable<LinkClue?> In(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var found = text.IndexOf("http", at, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                yield break;
            var end = found;
            while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('<' or '>' or '"'))
                end++;
            at = end + 1;
            yield return Of(text[found..end], "");
        }
    }
}
