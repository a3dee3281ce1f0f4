using Casella.Core.Changes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Filtering.Events;

/// <summary>
/// What members have done that a script may want to know of (RFC 6785 §2.2), read from the change log. What the server
/// does, and so what scripts do, is none of it: no script can start another, or itself. Pure.
/// </summary>
internal static class MailboxEvents
{
    private const int EventsAtMost = 100;
    private const int TransactionsAtMost = 300;
    private const int Page = 300;

    public static EventPage Read(IMailReader reader, EventPosition after, EventScripts scripts)
    {
        var (events, position, count) = (new List<MailboxEvent>(), after, 0);
        foreach (var transaction in ChangeTransactions.Read(reader, after.Done, Page))
        {
            var skip = position.Messages;
            var done = 0;
            foreach (var found in Of(transaction, scripts))
            {
                done++;
                if (done <= skip)
                    continue;
                if (events.Count == EventsAtMost)
                    return new EventPage(events, position with { Messages = done - 1 }, IsLast: false);
                events.Add(found with { Position = position with { Messages = done } });
            }

            position = new EventPosition(transaction[0].ModSeq, 0);
            if (++count >= TransactionsAtMost)
                return new EventPage(events, position, IsLast: false);
        }

        return new EventPage(events, position, IsLast: true);
    }

    private static IEnumerable<MailboxEvent> Of(IReadOnlyList<ChangeRow> transaction, EventScripts scripts)
    {
        // An undo puts things back to where scripts have seen them already.
        if (transaction.Any(change => change.Kind is ChangeKind.Undone))
            yield break;
        foreach (var change in transaction.Where(change => IsOfMember(change.Actor)))
            if (Cause(change) is var (cause, mailbox) && scripts.For(mailbox) is { } script)
                foreach (var item in change.Items)
                    yield return new MailboxEvent(cause, mailbox, (cause is EventCause.Copy ? item.OtherUid : null) ?? item.Uid, item.Email, script, change.Actor)
                    {
                        Changed = cause is EventCause.Flag ? item.Before ^ item.After : MessageFlags.None,
                        IsSeen = change.Kind is ChangeKind.SeenByPerson ? item.After.Has(MessageFlags.Seen) : null,
                    };
    }

    /// <summary>Imports and repairs of the command line are no work in a mailbox.</summary>
    private static bool IsOfMember(Actor actor) => actor.Protocol is not (AccessProtocol.Server or AccessProtocol.CommandLine);

    /// <summary>A move is a copy whose original goes (RFC 6851 §3.3).</summary>
    private static (EventCause Cause, MailboxId Mailbox)? Cause(ChangeRow change) => change switch
    {
        { Kind: ChangeKind.Added, Mailbox: { } mailbox } => (EventCause.Append, mailbox),
        { Kind: ChangeKind.Copied or ChangeKind.Moved, Other: { } target } => (EventCause.Copy, target),
        { Kind: ChangeKind.FlagsChanged or ChangeKind.SeenByPerson, Mailbox: { } mailbox } => (EventCause.Flag, mailbox),
        _ => null,
    };
}

/// <summary>RFC 6785 §4.3.</summary>
internal enum EventCause { Append, Copy, Flag }

/// <summary>Something that was done with one message.</summary>
/// <param name="Mailbox">Where the message is now, unless it has gone on since.</param>
/// <param name="Script">The name of the one that is to run.</param>
internal sealed record MailboxEvent(EventCause Cause, MailboxId Mailbox, Uid Uid, EmailId Email, string Script, Actor Actor)
{
    public MessageFlags Changed { get; init; }

    /// <summary>Where read states are personal: whether the actor has read it; null where nobody has said so.</summary>
    public bool? IsSeen { get; init; }

    /// <summary>Behind it.</summary>
    public EventPosition Position { get; init; }
}

/// <param name="UpTo">Behind the last event, and behind what was none.</param>
/// <param name="IsLast">There are no more.</param>
internal sealed record EventPage(IReadOnlyList<MailboxEvent> Events, EventPosition UpTo, bool IsLast);
