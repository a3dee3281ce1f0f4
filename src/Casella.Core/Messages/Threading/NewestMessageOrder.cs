namespace Casella.Core.Messages.Threading;

/// <summary>
/// REFS: the conversations that REFERENCES finds by who answers whom, not merged by subject, in the order of their
/// newest message, so that the one somebody has just written in stands last.
/// </summary>
internal static class NewestMessageOrder
{
    public static IReadOnlyList<ThreadNode> Of(List<ThreadNode> roots)
    {
        SubjectMerging.SortAnswers(roots);
        var newest = new Dictionary<ThreadNode, (long At, int Position)>(ReferenceEqualityComparer.Instance);
        foreach (var root in roots)
            newest[root] = Newest(root);
        roots.Sort((left, right) => newest[left].CompareTo(newest[right]));
        return roots;
    }

    /// <summary>Without recursion: conversations can be as deep as a mailbox is long.</summary>
    private static (long At, int Position) Newest(ThreadNode root)
    {
        var newest = (long.MinValue, 0);
        var open = new Stack<ThreadNode>([root]);
        while (open.TryPop(out var node))
        {
            if (!node.IsDummy && (node.Message.ReceivedAt, node.Message.Position).CompareTo(newest) > 0)
                newest = (node.Message.ReceivedAt, node.Message.Position);
            foreach (var answer in node.Answers)
                open.Push(answer);
        }

        return newest;
    }
}
