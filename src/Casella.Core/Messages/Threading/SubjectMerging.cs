namespace Casella.Core.Messages.Threading;

/// <summary>
/// REFERENCES (RFC 5256 §3), steps 4 to 6: conversations of one subject become one, and everything is sorted by date.
/// </summary>
internal static class SubjectMerging
{
    public static IReadOnlyList<ThreadNode> Merge(List<ThreadNode> roots)
    {
        // Step 4: a dummy is sorted by the first of its children, so they come first.
        foreach (var root in roots)
            if (root.IsDummy)
                root.SortAnswers();
        roots.Sort(ThreadNode.ByDate);
        var table = SubjectTable(roots);
        var merged = MergeBySubject(roots, table);
        Sort(merged);
        return merged;
    }

    /// <summary>Step 5.B: the root that stands for each subject.</summary>
    private static Dictionary<ThreadKey, ThreadNode> SubjectTable(List<ThreadNode> roots)
    {
        var table = new Dictionary<ThreadKey, ThreadNode>();
        foreach (var root in roots)
        {
            var subject = root.Leader.Subject;
            if (subject == default || table.TryAdd(subject, root) || table[subject].IsDummy)
                continue;
            if (root.IsDummy || (table[subject].Message.IsReply && !root.Message.IsReply))
                table[subject] = root;
        }

        return table;
    }

    /// <summary>Step 5.C.</summary>
    private static List<ThreadNode> MergeBySubject(List<ThreadNode> roots, Dictionary<ThreadKey, ThreadNode> table)
    {
        var merged = new HashSet<ThreadNode>(ReferenceEqualityComparer.Instance);
        // What has become of a root that others were put beside: the new dummy above both.
        var replaced = new Dictionary<ThreadNode, ThreadNode>(ReferenceEqualityComparer.Instance);
        foreach (var root in roots)
        {
            var subject = root.Leader.Subject;
            if (subject == default || ReferenceEquals(table[subject], root) || IsWithin(table[subject], root))
                continue;
            var target = table[subject];
            merged.Add(root);
            if (root.IsDummy && target.IsDummy)
            {
                foreach (var answer in root.Answers)
                    target.Add(answer);
            }
            else if (target.IsDummy || (root.Message.IsReply && !target.Message.IsReply))
            {
                target.Add(root);
            }
            else
            {
                var dummy = new ThreadNode();
                dummy.Add(target);
                dummy.Add(root);
                replaced[target] = dummy;
                table[subject] = dummy;
            }
        }

        return [.. roots.Where(root => !merged.Contains(root)).Select(root => replaced.GetValueOrDefault(root, root))];
    }

    /// <summary>The root that a new dummy of the table was made for comes by again when the merging goes on.</summary>
    private static bool IsWithin(ThreadNode entry, ThreadNode root) =>
        entry.IsDummy && ReferenceEquals(entry.Answers[0], root);

    /// <summary>
    /// Step 6. Only roots can be dummies, so below them the order in which sets of siblings are sorted makes no
    /// difference; the roots come last.
    /// </summary>
    private static void Sort(List<ThreadNode> roots)
    {
        SortAnswers(roots);
        roots.Sort(ThreadNode.ByDate);
    }

    /// <summary>Everything but the roots.</summary>
    public static void SortAnswers(List<ThreadNode> roots)
    {
        var open = new Stack<ThreadNode>(roots);
        while (open.TryPop(out var node))
        {
            node.SortAnswers();
            foreach (var answer in node.Answers)
                open.Push(answer);
        }
    }
}
