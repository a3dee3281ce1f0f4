namespace Casella.Core.Messages.Threading;

/// <summary>
/// ORDEREDSUBJECT (RFC 5256 §3): messages of one base subject are a conversation; the first one is its head and all
/// others answer it.
/// </summary>
internal static class OrderedSubject
{
    public static IReadOnlyList<ThreadNode> Thread(IReadOnlyList<ThreadMessage> messages)
    {
        var heads = new List<ThreadNode>();
        var bySubject = new Dictionary<ThreadKey, ThreadNode>();
        // Taken by date, a conversation's first message comes first, and so do the conversations.
        foreach (var message in messages.OrderBy(message => message.Order))
        {
            var node = new ThreadNode(message);
            if (bySubject.TryAdd(message.Subject, node))
                heads.Add(node);
            else
                bySubject[message.Subject].Add(node);
        }

        return heads;
    }
}
