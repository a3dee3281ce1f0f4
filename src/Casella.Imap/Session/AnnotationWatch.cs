using Casella.Core;
using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>
/// Collects the annotations that others change while METADATA is enabled (RFC 5464 §4.4), until the session may tell
/// them: filled by the account's writer, emptied by the session's loop.
/// </summary>
internal sealed class AnnotationWatch : IDisposable
{
    /// <summary>
    /// Names that wait for a client which says nothing. Nobody changes so many; a client that is that far behind has to
    /// connect and read again.
    /// </summary>
    private const int MostPending = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(MailboxId? Mailbox, AnnotationEntry Entry), ModSeq> _pending = [];
    private readonly Actor _actor;
    private readonly IDisposable _subscription;

    public AnnotationWatch(MailAccount account)
    {
        _actor = account.Actor;
        _subscription = account.Subscribe(Note);
    }

    /// <summary>More has changed than is remembered.</summary>
    public bool HasMissedSome { get; private set; }

    /// <summary>The client need not be told of its own change. One transaction, one ModSeq.</summary>
    public void Told(ModSeq ownChange)
    {
        lock (_lock)
            foreach (var own in _pending.Where(change => change.Value == ownChange).ToList())
                _pending.Remove(own.Key);
    }

    /// <summary>What waits, once.</summary>
    public IReadOnlyList<(MailboxId? Mailbox, AnnotationEntry Entry)> Take()
    {
        lock (_lock)
        {
            if (_pending.Count == 0)
                return [];
            IReadOnlyList<(MailboxId?, AnnotationEntry)> taken = [.. _pending.Keys];
            _pending.Clear();
            return taken;
        }
    }

    public void Dispose() => _subscription.Dispose();

    private void Note(Committed committed)
    {
        if (committed.Annotations.Count == 0)
            return;
        lock (_lock)
            foreach (var change in committed.Annotations.Where(change => change.IsVisibleTo(_actor)))
            {
                _pending[(change.Mailbox, change.Entry)] = committed.ModSeq;
                HasMissedSome |= _pending.Count > MostPending;
                if (HasMissedSome)
                    _pending.Clear();
            }
    }
}
