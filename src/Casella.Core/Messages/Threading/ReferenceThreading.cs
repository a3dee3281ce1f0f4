using System.Runtime.InteropServices;
using Casella.Core.Messages.Searching;

namespace Casella.Core.Messages.Threading;

/// <summary>
/// REFERENCES (RFC 5256 §3): steps 1 to 3, the tree by who answers whom; <see cref="SubjectMerging"/> does the rest.
/// Nothing here recurses, and the memory it may take is limited: Message-IDs come from strangers.
/// </summary>
/// <param name="messages">How many there will be.</param>
internal sealed class ReferenceThreading(TimeBudget budget, int messages)
{
    /// <summary>Messages and ids that are only referred to. Far more than a mailbox of 100,000 messages has.</summary>
    private const int MaxNodes = 2_000_000;

    private readonly Dictionary<ThreadKey, ThreadNode> _byId = new(messages);
    private readonly List<ThreadNode> _nodes = new(messages);

    /// <summary>Step 1, for one message; in the order of the mailbox.</summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public void Add(ThreadMessage message, ThreadLinks links)
    {
        ThreadNode? parent = null;
        for (var i = 0; i < links.References; i++)
        {
            var reference = NodeOf(links.Reference(i));
            // 1.A: an existing link is never changed, for References may have been cut short.
            if (parent is not null && reference.Parent is null && !IsAtOrAbove(reference, parent))
                reference.Parent = parent;
            parent = reference;
        }

        var node = Own(message, links.Id);
        // 1.B: the message itself says who its parent is; what others said of it does not count.
        node.Parent = null;
        if (parent is not null && !IsAtOrAbove(node, parent))
            node.Parent = parent;
    }

    /// <summary>The conversations, when all messages have been added.</summary>
    public IReadOnlyList<ThreadNode> Threads() => SubjectMerging.Merge(Pruned(Roots()));

    /// <summary>REFS: the same without regard to subjects.</summary>
    public IReadOnlyList<ThreadNode> ThreadsByNewest() => NewestMessageOrder.Of(Pruned(Roots()));

    /// <summary>
    /// The node of a message's own id. A message without one, or with the id of an earlier message, has a node to
    /// itself.
    /// </summary>
    private ThreadNode Own(ThreadMessage message, ThreadKey? messageId)
    {
        var node = messageId is { } id && NodeOf(id) is { IsDummy: true } waiting ? waiting : NewNode();
        node.Message = message;
        return node;
    }

    private ThreadNode NodeOf(ThreadKey id)
    {
        ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_byId, id, out _);
        return node ??= NewNode();
    }

    private ThreadNode NewNode()
    {
        if (_nodes.Count == MaxNodes)
            throw new MailException(MailError.TooExpensive, "too many different Message-IDs");
        var node = new ThreadNode();
        _nodes.Add(node);
        return node;
    }

    /// <summary>
    /// True when making <paramref name="below"/> the parent of <paramref name="node"/> would be a loop.
    /// </summary>
    private bool IsAtOrAbove(ThreadNode node, ThreadNode below)
    {
        var steps = 0;
        for (var at = below; at is not null; at = at.Parent)
        {
            if (ReferenceEquals(at, node))
                return true;
            // A mailbox that is one endless answer to an answer costs its square.
            if (++steps % 65_536 == 0)
                budget.Check();
        }

        return false;
    }

    /// <summary>Step 2.</summary>
    private List<ThreadNode> Roots()
    {
        var roots = new List<ThreadNode>();
        foreach (var node in _nodes)
            if (node.Parent is { } parent)
                parent.Add(node);
            else
                roots.Add(node);
        return roots;
    }

    /// <summary>Step 3: nodes without a message go, their children take their place.</summary>
    private static List<ThreadNode> Pruned(List<ThreadNode> roots)
    {
        foreach (var node in BottomUp(roots))
            if (node.Answers.Exists(answer => answer.IsDummy))
                node.Replace([.. node.Answers.SelectMany(answer => answer.IsDummy ? answer.Answers : [answer])]);
        // At the top a dummy with several children stays and holds them together.
        var pruned = new List<ThreadNode>(roots.Count);
        foreach (var root in roots)
            if (!root.IsDummy || root.Answers.Count > 1)
                pruned.Add(root);
            else
                pruned.AddRange(root.Answers);
        return pruned;
    }

    /// <summary>Children before their parents.</summary>
    private static List<ThreadNode> BottomUp(List<ThreadNode> roots)
    {
        var order = new List<ThreadNode>(roots);
        for (var i = 0; i < order.Count; i++)
            order.AddRange(order[i].Answers);
        order.Reverse();
        return order;
    }
}
