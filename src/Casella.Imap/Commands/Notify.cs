using Casella.Core.Mailboxes;
using Casella.Imap.Commands.Notifying;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// NOTIFY (RFC 5465): from now on the client hears of what it asks for, in the selected and in other mailboxes, within
/// commands, in IDLE and between commands; and of nothing else. The session's <see cref="Watch"/> does it.
/// </summary>
/// <param name="Groups">Empty for NOTIFY NONE.</param>
/// <param name="TellsStatus">Where the watched mailboxes stand is told at once.</param>
internal sealed record Notify(IReadOnlyList<EventGroup> Groups, bool TellsStatus) : ImapCommand
{
    /// <summary>Each is looked at for each mailbox that has changed; programs use three.</summary>
    private const int MaxGroups = 50;

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        if (parser.TryWord("NONE"u8))
            return new Notify([], TellsStatus: false);
        if (!parser.TryWord("SET"u8))
            throw parser.Expected("SET or NONE");
        parser.Space();
        var tellsStatus = parser.TryWord("STATUS"u8);
        if (tellsStatus)
            parser.Space();
        var groups = new List<EventGroup>();
        do
            groups.Add(groups.Count < MaxGroups ? EventGroup.Parse(ref parser) : throw new ImapSyntaxException("Too many event groups"));
        while (parser.TrySpace());
        if (groups.Count(group => group.Filter.IsSelected) > 1)
            throw new ImapSyntaxException("Expected SELECTED or SELECTED-DELAYED once");
        return new Notify(groups, tellsStatus);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (Groups.Any(group => group.Has(NotifyEvents.Unknown)))
            return ImapReply.No("That cannot be watched here", $"BADEVENT ({EventGroup.Supported})");
        // RFC 5465 §3.1: what has come together until now is told first, as by NOOP, whatever was watched before.
        if (Groups.Count > 0)
            await session.AnnounceRemovedAsync(cancellationToken);
        if (await Watch.BeginAsync(session, Groups, cancellationToken) is not { } watch)
            return ImapReply.No("Those mailboxes are in too many accounts to be watched", "LIMIT");
        session.SetWatch(watch);
        if (TellsStatus)
            foreach (var account in watch.Accounts)
                foreach (var mailbox in account.Told.Mailboxes)
                    await TellStatusAsync(session, account, mailbox, cancellationToken);
        return ImapReply.Ok("NOTIFY completed");
    }

    private static async ValueTask TellStatusAsync(
        ImapSession session, WatchedAccount account, MailboxInfo mailbox, CancellationToken cancellationToken)
    {
        var events = account.EventsOf(mailbox);
        if (session.HasSelected(account.Account, mailbox.Id) || (events & NotifyEvents.OfMessages) == NotifyEvents.None)
            return;
        List<StatusItem> items = [StatusItem.UidValidity, StatusItem.UidNext, StatusItem.Messages];
        if (events.HasFlag(NotifyEvents.FlagChange))
            items.Add(StatusItem.Unseen);
        if (events.HasFlag(NotifyEvents.FlagChange) || session.Enabled.Condstore)
            items.Add(StatusItem.HighestModSeq);
        await Status.TellAsync(session, account.PlaceOf(mailbox), items, cancellationToken);
        await session.Writer.FlushIfLargeAsync(cancellationToken);
    }
}
