using Casella.Imap.Commands.Fetching;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Notifying;

/// <summary>What a client can ask to be told (RFC 5465 §5).</summary>
[Flags]
internal enum NotifyEvents
{
    None = 0,
    MessageNew = 1,
    MessageExpunge = 2,
    FlagChange = 4,
    MailboxName = 8,
    SubscriptionChange = 16,

    MailboxMetadataChange = 32,

    /// <summary>Annotations of the account as a whole: asked for beside any mailboxes.</summary>
    ServerMetadataChange = 64,

    /// <summary>An event that is not known here: the command is refused.</summary>
    Unknown = 128,

    /// <summary>message-event.</summary>
    OfMessages = MessageNew | MessageExpunge | FlagChange,
}

/// <summary>event-group: some mailboxes, and what is to be told of them.</summary>
/// <param name="NewItems">What to fetch of each new message; null for nothing.</param>
internal sealed record EventGroup(MailboxFilter Filter, NotifyEvents Events, FetchItems? NewItems)
{
    /// <summary>For BADEVENT (RFC 5465 §8).</summary>
    public const string Supported =
        "MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange";

    /// <summary>"(" filter-mailboxes SP events ")".</summary>
    public static EventGroup Parse(ref ImapParser parser)
    {
        parser.OpenList();
        var filter = MailboxFilter.Parse(ref parser);
        if (filter.Kind == FilterKind.SubtreeOne)
            throw new ImapSyntaxException("Expected SUBTREE, for SUBTREE-ONE is of ESEARCH");
        parser.Space();
        var events = NotifyEvents.None;
        FetchItems? items = null;
        if (!parser.TryWord("NONE"u8))
        {
            parser.OpenList();
            do
                events |= Event(ref parser, ref items);
            while (parser.TrySpace());
            parser.CloseList();
        }

        parser.CloseList();
        Check(filter, events, items);
        return new EventGroup(filter, events, items);
    }

    public bool Has(NotifyEvents some) => (Events & some) != NotifyEvents.None;

    private static NotifyEvents Event(ref ImapParser parser, ref FetchItems? items)
    {
        switch (parser.Atom("an event").ToUpperInvariant())
        {
            case "MESSAGENEW":
                // The space may as well be the one before the next event.
                if (parser.Rest.StartsWith(" ("u8))
                {
                    parser.Space();
                    items = FetchParser.Parse(ref parser);
                }
                return NotifyEvents.MessageNew;
            case "MESSAGEEXPUNGE":
                return NotifyEvents.MessageExpunge;
            case "FLAGCHANGE":
                return NotifyEvents.FlagChange;
            case "MAILBOXNAME":
                return NotifyEvents.MailboxName;
            case "SUBSCRIPTIONCHANGE":
                return NotifyEvents.SubscriptionChange;
            case "MAILBOXMETADATACHANGE":
                return NotifyEvents.MailboxMetadataChange;
            case "SERVERMETADATACHANGE":
                return NotifyEvents.ServerMetadataChange;
            default:
                return NotifyEvents.Unknown;
        }
    }

    /// <summary>RFC 5465 §5, §8: which events may stand together, and where.</summary>
    private static void Check(MailboxFilter filter, NotifyEvents events, FetchItems? items)
    {
        const NotifyEvents Both = NotifyEvents.MessageNew | NotifyEvents.MessageExpunge;
        if ((events & NotifyEvents.OfMessages) != NotifyEvents.None && (events & Both) != Both)
            throw new ImapSyntaxException("Expected both MessageNew and MessageExpunge");
        if (filter.IsSelected && (events & ~NotifyEvents.OfMessages & ~NotifyEvents.Unknown) != NotifyEvents.None)
            throw new ImapSyntaxException("Expected only events of messages for the selected mailbox");
        if (!filter.IsSelected && items is not null)
            throw new ImapSyntaxException("Expected something to fetch only for the selected mailbox");
    }
}
