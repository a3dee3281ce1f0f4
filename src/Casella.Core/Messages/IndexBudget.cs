namespace Casella.Core.Messages;

/// <summary>
/// Bounds the memory of all mailbox indexes together: when more messages are indexed than allowed, the indexes that
/// nobody asked for longest are dropped.
/// </summary>
internal sealed class IndexBudget(int messagesAtMost)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _byUse = new();
    private readonly Dictionary<(AccountState, MailboxId), LinkedListNode<Entry>> _entries = [];
    private long _messages;

    /// <summary>Counts an index that was loaded; may drop others, never this one.</summary>
    public void Add(AccountState account, MailboxId mailbox, int messages)
    {
        var dropped = new List<Entry>();
        lock (_lock)
        {
            if (_entries.Remove((account, mailbox), out var known))
                Forget(known);
            _entries[(account, mailbox)] = _byUse.AddFirst(new Entry(account, mailbox, messages));
            _messages += messages;
            while (_messages > messagesAtMost && _byUse.Last is { } last && last != _byUse.First)
            {
                dropped.Add(last.Value);
                _entries.Remove((last.Value.Account, last.Value.Mailbox));
                Forget(last);
            }
        }

        // The accounts have locks of their own; another account's lock is taken only here, off this account's path.
        if (dropped.Count > 0)
            ThreadPool.UnsafeQueueUserWorkItem(
                static entries => entries.ForEach(entry => entry.Account.Drop(entry.Mailbox)), dropped, preferLocal: false);
    }

    public void Touch(AccountState account, MailboxId mailbox)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((account, mailbox), out var node) || node == _byUse.First)
                return;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }
    }

    private void Forget(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _messages -= node.Value.Messages;
    }

    private sealed record Entry(AccountState Account, MailboxId Mailbox, int Messages);
}
