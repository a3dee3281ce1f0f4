using Casella.Core;
using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>
/// Collects the annotations that others change while METADATA is enabled (RFC 5464 §4.4) or NOTIFY has asked for them
/// (RFC 5465 §5.6, §5.7), until the session may tell them: filled by the account's writer, emptied by the session's
/// loop.
/// </summary>
internal sealed class AnnotationWatch : IDisposable
{
    /// <summary>
    /// Names that wait for a client which says nothing. Nobody changes so many; a client that is that far behind has to
    /// connect and read again.
    /// </summary>
    private const int MostPending = 1_000;

    private readonly Lock _lock = new();
    private readonly HashSet<(MailboxId? Mailbox, AnnotationEntry Entry)> _pending = [];
    private readonly Actor _actor;
    private readonly IDisposable _subscription;

    public AnnotationWatch(MailAccount account)
    {
        _actor = account.Actor;
        _subscription = account.Subscribe(Note);
    }

    /// <summary>
    /// Raised when there is news, and never before the news can be taken: who else follows the account may have woken the
    /// session already, which then found nothing.
    /// </summary>
    public IdleSignal? Signal { get; set; }

    /// <summary>More has changed than is remembered.</summary>
    public bool HasMissedSome { get; private set; }

    public bool HasNews
    {
        get
        {
            lock (_lock)
                return HasMissedSome || _pending.Count > 0;
        }
    }

    /// <summary>What waits, once.</summary>
    public IReadOnlyList<(MailboxId? Mailbox, AnnotationEntry Entry)> Take()
    {
        lock (_lock)
        {
            if (_pending.Count == 0)
                return [];
            IReadOnlyList<(MailboxId?, AnnotationEntry)> taken = [.. _pending];
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
                // What the session has set itself it knows, whatever others had set before.
                if (committed.By.IsOfSession(_actor))
                    _pending.Remove((change.Mailbox, change.Entry));
                else
                    _pending.Add((change.Mailbox, change.Entry));
                HasMissedSome |= _pending.Count > MostPending;
                if (HasMissedSome)
                    _pending.Clear();
            }
        if (HasNews)
            Signal?.Raise(IdleWakes.Change);
    }
}
