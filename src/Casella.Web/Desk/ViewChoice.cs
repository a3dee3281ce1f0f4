using System.Text;
using Casella.Core.Annotations;
using Casella.Core.Messages;

namespace Casella.Web.Desk;

/// <summary>
/// How a person likes to see a mailbox, kept with the mailbox as an annotation of their own, so that it is the same in
/// each of their browsers.
/// </summary>
internal static class ViewChoice
{
    private static readonly AnnotationEntry Entry = AnnotationEntry.Parse("/private/vendor/casella/view");

    public static async Task<bool> AsConversationsAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var all = await account.Annotations.ReadAsync(null, cancellationToken);
        return all.FirstOrDefault(one => one.Entry == Entry).Value is { } value && value.Span.SequenceEqual("conversations"u8);
    }

    public static Task SetAsync(MailAccount account, bool asConversations, CancellationToken cancellationToken)
    {
        var value = asConversations ? Encoding.ASCII.GetBytes("conversations") : default(ReadOnlyMemory<byte>?);
        return account.Annotations.SetAsync(null, [new Annotation(Entry, value)], cancellationToken);
    }
}
