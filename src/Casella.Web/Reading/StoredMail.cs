using Casella.Core;
using Casella.Core.Messages;
using Casella.Formats.Mime;

namespace Casella.Web.Reading;

/// <summary>A message's facts as a page needs them, read by its number in the account; bodies are opened when asked for.</summary>
internal sealed record StoredMail(MailAccount Account, EmailId Email, Envelope Envelope, BodyPart Root, MessageParts Parts, MessageFacts? Facts)
{
    /// <summary>A text longer than this is no letter; the rest can be downloaded.</summary>
    private const int TextAtMost = 400_000;

    public string Subject => Envelope.Subject is { } subject ? DecodedText.Header(subject.Span).Trim() : "";

    /// <exception cref="MailException">NoSuchMessage, Damaged, Unavailable.</exception>
    public static async Task<StoredMail> LoadAsync(MailAccount account, EmailId email, CancellationToken cancellationToken)
    {
        var placement = new Placement(default, email, MessageFlags.None, default, 0, 0, 0, 0);
        const MessageNeeds Needs = MessageNeeds.Envelope | MessageNeeds.Structure | MessageNeeds.Facts;
        await foreach (var data in account.ReadAsync([placement], Needs, cancellationToken))
        {
            if (CompactForm.TryReadEnvelope(data.Envelope) is not { } envelope || CompactForm.TryReadStructure(data.Structure) is not { } root)
                throw new MailException(MailError.Damaged, $"message {email}");
            return new StoredMail(account, email, envelope, root, MessageParts.Of(root), data.Facts);
        }

        throw new MailException(MailError.NoSuchMessage);
    }

    /// <summary>The words of the message; of HTML only its words where there is no plain text.</summary>
    public async Task<string> ReadTextAsync(CancellationToken cancellationToken)
    {
        await using var content = await Account.OpenAsync(Email, cancellationToken);
        var texts = new List<string>();
        foreach (var piece in Parts.Body)
        {
            var part = piece.Plain ?? piece.Html!;
            texts.Add(DecodedText.Text(part, await content.ReadAsync(part.BodyOffset, part.BodySize, cancellationToken), htmlToText: true));
        }

        var text = string.Join("\n\n", texts);
        return text.Length <= TextAtMost ? text : text[..TextAtMost];
    }

    /// <summary>
    /// Whether the HTML speaks of pictures elsewhere: a look, not a judgement, for the line that offers to show them.
    /// </summary>
    public async Task<bool> HasRemotePicturesAsync(CancellationToken cancellationToken)
    {
        await using var content = await Account.OpenAsync(Email, cancellationToken);
        foreach (var part in Parts.Body.Select(piece => piece.Html).OfType<BodyPart>())
        {
            var html = DecodedText.Text(part, await content.ReadAsync(part.BodyOffset, Math.Min(part.BodySize, TextAtMost), cancellationToken), htmlToText: false);
            for (var at = html.IndexOf("<img", StringComparison.OrdinalIgnoreCase); at >= 0; at = html.IndexOf("<img", at + 1, StringComparison.OrdinalIgnoreCase))
            {
                var tag = html.AsSpan(at, Math.Min(html.IndexOf('>', at) is > 0 and var end ? end - at : html.Length - at, 4_000));
                if (tag.Contains("http", StringComparison.OrdinalIgnoreCase) || tag.Contains("\"//", StringComparison.Ordinal))
                    return true;
            }
        }

        return false;
    }

    /// <summary>The conversation that it stands in, oldest first, itself last.</summary>
    public async Task<IReadOnlyList<string>> ReadReferencesAsync(bool withItself, CancellationToken cancellationToken)
    {
        await using var content = await Account.OpenAsync(Email, cancellationToken);
        var thread = ThreadReferences.Read(await content.ReadAsync(0, content.HeaderSize, cancellationToken));
        return withItself && thread.MessageId is { } own ? [.. thread.References, own] : thread.References;
    }

    /// <summary>A part's decoded bytes.</summary>
    public async Task<byte[]> ReadBytesAsync(BodyPart part, CancellationToken cancellationToken)
    {
        await using var content = await Account.OpenAsync(Email, cancellationToken);
        var raw = await content.ReadAsync(part.BodyOffset, part.BodySize, cancellationToken);
        return part.Kind == PartKind.Leaf ? Decode(part, raw) : raw.ToArray();
    }

    /// <summary>What cannot be undone is given as it is: somebody may be able to.</summary>
    internal static byte[] Decode(BodyPart part, ReadOnlyMemory<byte> raw)
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
}
