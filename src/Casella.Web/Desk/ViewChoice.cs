using System.Text;
using Casella.Core.Annotations;
using Casella.Core.Messages;

namespace Casella.Web.Desk;

/// <summary>In which order a list stands.</summary>
internal enum ListOrder { Newest, Oldest, Sender, Subject, Largest }

/// <summary>
/// How a person likes to see a mailbox, kept with the mailbox as an annotation of their own, so that it is the same in
/// each of their browsers: words with spaces between, of which unknown ones are left alone by who does not know them.
/// </summary>
/// <param name="AsConversations">One row for each conversation instead of one for each message.</param>
/// <param name="IsCompact">Low rows: more of them on a screen, without the first words of the text.</param>
internal sealed record ViewChoice(bool AsConversations, bool IsCompact, ListOrder Order)
{
    private const string Conversations = "conversations";
    private const string Compact = "compact";

    private static readonly AnnotationEntry Entry = AnnotationEntry.Parse("/private/vendor/casella/view");

    public static ViewChoice Plain { get; } = new(AsConversations: false, IsCompact: false, ListOrder.Newest);

    public static async Task<ViewChoice> ReadAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var all = await account.Annotations.ReadAsync(null, cancellationToken);
        return all.FirstOrDefault(one => one.Entry == Entry).Value is { } value ? Parse(Encoding.ASCII.GetString(value.Span)) : Plain;
    }

    public static ViewChoice Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var order = Enum.GetValues<ListOrder>().FirstOrDefault(order => words.Contains(WordOf(order), StringComparer.Ordinal));
        return new ViewChoice(words.Contains(Conversations, StringComparer.Ordinal), words.Contains(Compact, StringComparer.Ordinal), order);
    }

    public Task WriteAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var text = ToString();
        var value = text.Length > 0 ? Encoding.ASCII.GetBytes(text) : default(ReadOnlyMemory<byte>?);
        return account.Annotations.SetAsync(null, [new Annotation(Entry, value)], cancellationToken);
    }

    public override string ToString() => string.Join(' ', (string[])
        [.. AsConversations ? [Conversations] : (string[])[], .. IsCompact ? [Compact] : (string[])[], .. Order is ListOrder.Newest ? (string[])[] : [WordOf(Order)]]);

    private static string WordOf(ListOrder order) => order.ToString().ToLowerInvariant();
}
