using System.Text;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// The searchable text of a message's body: every text part decoded (HTML as its text), and the headers of messages
/// inside it.
/// </summary>
internal static class BodyText
{
    private const int DepthAtMost = 100;

    /// <summary>
    /// Bytes of a text part that are looked at: no person writes more, and a machine's log must not hold the search up.
    /// </summary>
    private const long PartAtMost = 16L * 1024 * 1024;

    /// <summary>Folded, UTF-8.</summary>
    /// <param name="structure">As the store keeps it. Where that is damaged, the message is taken apart again.</param>
    public static async Task<byte[]> ReadFoldedAsync(MessageContent content, ReadOnlyMemory<byte> structure, CancellationToken cancellationToken)
    {
        var root = CompactForm.TryReadStructure(structure) ?? await StructureOfAsync(content, cancellationToken);
        var text = new StringBuilder();
        await AddAsync(text, content, root, 0, cancellationToken);
        return Encoding.UTF8.GetBytes(DecodedText.FoldForSearch(text.ToString()));
    }

    private static async Task<BodyPart> StructureOfAsync(MessageContent content, CancellationToken cancellationToken)
    {
        var message = await content.ReadAsync(0, Math.Min(content.Size, PartAtMost), cancellationToken);
        using var stream = new MemoryStream(message.ToArray());
        return MessageParser.Parse(stream).Root;
    }

    private static async Task AddAsync(
        StringBuilder text, MessageContent content, BodyPart part, int depth, CancellationToken cancellationToken)
    {
        if (depth > DepthAtMost)
            return;
        if (part.Kind == PartKind.Leaf)
        {
            if (!Encoding.ASCII.GetString(part.MediaType.Span).Equals("text", StringComparison.OrdinalIgnoreCase))
                return;
            var raw = await content.ReadAsync(part.BodyOffset, Math.Min(part.BodySize, PartAtMost), cancellationToken);
            text.Append(DecodedText.Text(part, raw, htmlToText: true)).Append('\n');
            return;
        }

        foreach (var child in part.Children)
        {
            if (part.Kind == PartKind.Message)
            {
                var header = await content.ReadAsync(
                    child.HeaderOffset, Math.Min(child.BodyOffset - child.HeaderOffset, PartAtMost), cancellationToken);
                foreach (var field in HeaderSection.Fields(header))
                    text.Append(field.Name).Append(": ").Append(DecodedText.Header(field.Value.Span)).Append('\n');
            }

            await AddAsync(text, content, child, depth + 1, cancellationToken);
        }
    }
}
