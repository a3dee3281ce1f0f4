using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3; RFC 3501 §6.3.1 for RECENT and UNSEEN; RFC 7162 §3.1.8 for CONDSTORE,
/// §3.2.5 for QRESYNC).
/// </summary>
internal sealed record Select(string Mailbox, bool IsReadOnly, bool EnablesCondstore, Resync? Resync) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, isReadOnly: false);

    public static ImapCommand ParseExamine(ref ImapParser parser) => Parse(ref parser, isReadOnly: true);

    private static Select Parse(ref ImapParser parser, bool isReadOnly)
    {
        parser.Space();
        var mailbox = parser.Mailbox();
        var condstore = false;
        Resync? resync = null;
        if (parser.TrySpace())
        {
            parser.OpenList();
            do
            {
                if (parser.TryWord("CONDSTORE"u8))
                    condstore = true;
                else
                    resync = parser.TryWord("QRESYNC"u8) ? Resync.Parse(ref parser) : throw parser.Expected("CONDSTORE or QRESYNC");
            }
            while (parser.TrySpace());
            parser.CloseList();
        }
        return new Select(mailbox, isReadOnly, condstore, resync);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // RFC 7162 §3.2.5.
        if (Resync is not null && !session.Enabled.Qresync)
            return ImapReply.Bad("ENABLE QRESYNC comes first");
        if (Resync is { HasMatchData: true } && session.Enabled.UidOnly)
            return ImapReply.Bad(ImapSyntaxException.UidRequired());
        // RFC 9051 §6.3.2: the mailbox that was selected is deselected even when this fails.
        if (session.Selected is not null)
            session.Writer.Raw("* OK [CLOSED] Previous mailbox is closed\r\n"u8);
        session.Unselect();
        if (EnablesCondstore)
            session.EnableCondstore();

        var place = await session.FindSelectableAsync(Mailbox, cancellationToken);
        var access = Access(place.Account);
        var firstRecent = await place.Account.ClaimRecentAsync(place.Id, claim: access is ViewAccess.Work, cancellationToken);
        var snapshot = await place.Account.GetSnapshotAsync(place.Id, cancellationToken);
        var view = new MailboxView(place.Account, snapshot, firstRecent, access);
        session.Select(view);
        WriteState(session, view);
        // RFC 9051 §6.3.2.
        await session.TellNameAsync(place.Name, Mailbox, always: true, cancellationToken);
        if (place.Mailbox.Name.IsInbox && !IsReadOnly)
            await AlertAsync(session, cancellationToken);
        if (Resync is not null)
            await Resync.TellAsync(session, view, cancellationToken);
        return ImapReply.Ok(IsReadOnly ? "EXAMINE completed" : "SELECT completed", access is ViewAccess.Read ? "READ-ONLY" : "READ-WRITE");
    }

    /// <summary>RFC 4314 §5.2: who may change nothing has every mailbox read-only; one's own \Seen is a change.</summary>
    private ViewAccess Access(MailAccount account) => this switch
    {
        { IsReadOnly: true } => ViewAccess.Read,
        _ when account.Rights.HasFlag(MemberRights.Work) => ViewAccess.Work,
        _ => account.MayMarkSeen ? ViewAccess.MarkSeen : ViewAccess.Read,
    };

    /// <summary>
    /// RFC 3501 §7.1 ALERT, which a client must show to its user: here, where a person opens the mailbox, and not at
    /// sign-in, which programs do all day long.
    /// </summary>
    private static async ValueTask AlertAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (await session.View.Account.Care.TakeAlertAsync(cancellationToken) is { } alert)
            session.Writer.Raw("* OK [ALERT] "u8).Text(Alerts.Of(alert)).Crlf();
    }

    private static void WriteState(ImapSession session, MailboxView view)
    {
        var (writer, snapshot) = (session.Writer, view.Latest);
        writer.MailboxFlags(view);
        writer.Raw("* "u8).Number(view.Count).Raw(" EXISTS\r\n"u8);
        // RFC 9051 appendix E, 11 and 12: IMAP4rev2 has neither.
        if (!session.Enabled.Imap4Rev2)
            writer.Raw("* "u8).Number(view.RecentCount).Raw(" RECENT\r\n"u8);
        // RFC 9586: a message has no number to be told.
        if (!session.Enabled.Imap4Rev2 && !session.Enabled.UidOnly && snapshot.FirstUnseen is >= 0 and var unseen)
            writer.Raw("* OK [UNSEEN "u8).Number(unseen + 1).Raw("] First unseen message\r\n"u8);
        writer.Raw("* OK [UIDVALIDITY "u8).Number(snapshot.UidValidity).Raw("] UIDs are valid\r\n"u8);
        writer.Raw("* OK [UIDNEXT "u8).Number(snapshot.UidNext.Value).Raw("] Predicted next UID\r\n"u8);
        writer.Raw("* OK [HIGHESTMODSEQ "u8).Number(snapshot.HighestModSeq.Value).Raw("] Highest\r\n"u8);
        // RFC 8474 §4.2.
        writer.Raw("* OK [MAILBOXID ("u8).Text(ObjectIds.Of(view.Account.Id, view.Mailbox)).Raw(")] Mailbox\r\n"u8);
    }
}
