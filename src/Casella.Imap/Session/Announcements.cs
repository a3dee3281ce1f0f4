using System.Globalization;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Commands.Fetching;
using Casella.Imap.Commands.Notifying;
using Casella.Imap.Commands.Searching;
using Casella.Imap.Syntax;

namespace Casella.Imap.Session;

/// <summary>
/// Tells the client what has changed in the selected mailbox (RFC 9051 §5.2): called by the loop before each tagged
/// reply, by IDLE when a change comes in. Writes what <see cref="MailboxView.Advance"/> says.
/// </summary>
internal static class Announcements
{
    /// <exception cref="MailException">NoSuchMailbox when the mailbox has been deleted meanwhile.</exception>
    public static async ValueTask AnnounceAsync(this ImapSession session, Expunges expunges, CancellationToken cancellationToken)
    {
        await session.TellAnnotationsAsync(cancellationToken);
        var changes = await AdvanceAsync(session, expunges, session.Watch?.OfSelected ?? NotifyEvents.OfMessages, cancellationToken);
        await TellNewAsync(session, changes, cancellationToken);
    }

    /// <summary>
    /// What comes before the answer to a STORE; what becomes of search results is told behind it (RFC 5465 §5.1).
    /// </summary>
    public static async ValueTask AnnounceBeforeAnswerAsync(
        this ImapSession session, Expunges expunges, CancellationToken cancellationToken)
    {
        var changes = await AdvanceAsync(session, expunges, session.Watch?.OfSelected ?? NotifyEvents.OfMessages, cancellationToken);
        if (changes.NewCount > 0)
            await TellNewAsync(session, changes, cancellationToken);
    }

    /// <summary>
    /// The answer to a command that has itself removed messages: told whatever NOTIFY has asked for.
    /// </summary>
    public static async ValueTask AnnounceRemovedAsync(this ImapSession session, CancellationToken cancellationToken)
    {
        var changes = await AdvanceAsync(session, Expunges.Announced, NotifyEvents.OfMessages, cancellationToken);
        await TellNewAsync(session, changes, cancellationToken);
    }

    /// <param name="wanted">RFC 5465 §3.1: a client may not want to hear of flags, or of anything at all.</param>
    private static async ValueTask<ViewChanges> AdvanceAsync(
        ImapSession session, Expunges expunges, NotifyEvents wanted, CancellationToken cancellationToken)
    {
        if (session.Selected is not { } view)
            return ViewChanges.None;
        var snapshot = await view.Account.GetSnapshotAsync(view.Mailbox, cancellationToken);
        var tellsMessages = wanted.HasFlag(NotifyEvents.MessageNew);
        if (tellsMessages && snapshot.UidNext > view.Latest.UidNext)
        {
            // Claimed first and looked at second: a message that comes between is recent here and perhaps in one
            // session more, but never in none.
            var firstRecent = await view.Account.ClaimRecentAsync(view.Mailbox, claim: !view.IsReadOnly, cancellationToken);
            snapshot = await view.Account.GetSnapshotAsync(view.Mailbox, cancellationToken);
            view.Claimed(firstRecent, snapshot.UidNext);
        }
        // RFC 5267 §4.3.4: what falls out of a result is told while it still has its number.
        view.Contexts?.TellGone(session, snapshot);
        var changes = tellsMessages
            ? view.Advance(snapshot, expunges == Expunges.Announced, tellsFlags: wanted.HasFlag(NotifyEvents.FlagChange))
            : view.Look(snapshot);
        if (!ReferenceEquals(changes, ViewChanges.None))
            await WriteAsync(session, view, changes, cancellationToken);
        return changes;
    }

    private static async ValueTask WriteAsync(
        ImapSession session, MailboxView view, ViewChanges changes, CancellationToken cancellationToken)
    {
        var writer = session.Writer;
        if (changes.HasNewKeywords)
            writer.MailboxFlags(view);
        // RFC 7162 §3.2.10, RFC 9586: after ENABLE QRESYNC or UIDONLY always VANISHED, never EXPUNGE.
        if ((session.Enabled.Qresync || session.Enabled.UidOnly) && changes.Vanished.Count > 0)
            writer.Raw("* VANISHED "u8).Text(UidSet.Format(changes.Vanished)).Crlf();
        else
            for (var i = changes.Expunged.Count - 1; i >= 0; i--)
            {
                writer.Raw("* "u8).Number(changes.Expunged[i]).Raw(" EXPUNGE\r\n"u8);
                await writer.FlushIfLargeAsync(cancellationToken);
            }
        if (changes.Exists is { } exists)
            writer.Raw("* "u8).Number(exists).Raw(" EXISTS\r\n"u8);
        if (changes.Recent is { } recent && !session.Enabled.Imap4Rev2)
            writer.Raw("* "u8).Number(recent).Raw(" RECENT\r\n"u8);
        foreach (var number in changes.FlagsChanged)
        {
            writer.FetchFlags(session, view, number, view[number - 1]);
            await writer.FlushIfLargeAsync(cancellationToken);
        }
        if (session.Enabled.Condstore)
            foreach (var number in changes.ModSeqChanged)
            {
                writer.FetchModSeq(session, number, view[number - 1]);
                await writer.FlushIfLargeAsync(cancellationToken);
            }
    }

    /// <summary>
    /// What NOTIFY has asked to fetch of new messages, and what has become of results that are kept up to date: EXISTS,
    /// then FETCH, then ESEARCH (RFC 5465 §7).
    /// </summary>
    private static async ValueTask TellNewAsync(
        ImapSession session, ViewChanges changes, CancellationToken cancellationToken)
    {
        var watch = session.Watch;
        var updates = session.Selected?.Contexts is { } contexts ? await contexts.UpdateAsync(session, cancellationToken) : [];
        if (changes.NewCount > 0 && (watch?.NewItems is not null || updates.Count > 0))
            await FetchNewAsync(session, updates, changes.NewCount, cancellationToken);
        if (changes.NewCount > 0)
            watch?.Find(session.View.Account.Id)?.ForgetOwn();
        foreach (var update in updates)
        {
            update.WriteTo(session);
            await session.Writer.FlushIfLargeAsync(cancellationToken);
        }
    }

    private static async ValueTask FetchNewAsync(
        ImapSession session, IReadOnlyList<ContextUpdate> updates, int count, CancellationToken cancellationToken)
    {
        var (view, watch) = (session.View, session.Watch);
        var watched = watch?.Find(view.Account.Id);
        if (count > Watch.MostAtOnce && watch?.NewItems is not null)
        {
            Watch.Overflow(session);
            return;
        }

        var asked = new Dictionary<FetchItems, List<int>>(ReferenceEqualityComparer.Instance);
        var joined = new Dictionary<(FetchItems?, FetchItems?), FetchItems>();
        for (var position = view.Count - count; position < view.Count; position++)
        {
            var placement = view[position];
            // RFC 5465 §5.2: not of what this client has put there itself.
            if (watched?.IsOwn(placement.ModSeq) == true)
                continue;
            var items = updates.Where(update => update.Items is not null && update.HasAdded(placement.Uid))
                .Aggregate(watch?.NewItems, (all, update) => FetchItems.Join(all, update.Items!, joined));
            if (items is null)
                continue;
            if (!asked.TryGetValue(items, out var positions))
                asked[items] = positions = [];
            positions.Add(position);
        }

        foreach (var (items, positions) in asked)
            await Commands.Fetch.TellAsync(session, positions, items, cancellationToken);
    }

    /// <summary>
    /// "* n FETCH (UID u MODSEQ (m) FLAGS (…))": the answer to STORE and the notice of somebody else's change. UID is
    /// always in it, so that it is right in UID commands (RFC 9051 §6.4.9) and a client that caches by UID need not
    /// ask.
    /// </summary>
    public static void FetchFlags(
        this ImapWriter writer, ImapSession session, MailboxView view, int number, Placement placement)
    {
        writer.FetchHead(session, number, placement);
        if (session.Enabled.Condstore)
            writer.Raw("MODSEQ ("u8).Number(placement.ModSeq.Value).Raw(") "u8);
        writer.Raw("FLAGS "u8).Flags(placement.Flags, view.Latest.Keywords, session.ShowsRecent(placement.Uid))
            .Raw(")\r\n"u8);
    }

    /// <summary>
    /// "* n FETCH (UID u MODSEQ (m))": the answer to STORE .SILENT once CONDSTORE is enabled (RFC 7162 §3.1.3).
    /// </summary>
    public static void FetchModSeq(this ImapWriter writer, ImapSession session, int number, Placement placement) => writer
        .FetchHead(session, number, placement).Raw("MODSEQ ("u8).Number(placement.ModSeq.Value).Raw("))\r\n"u8);

    /// <summary>"* n FETCH (UID u ", or "* u UIDFETCH (" for who has given numbers up (RFC 9586).</summary>
    private static ImapWriter FetchHead(this ImapWriter writer, ImapSession session, int number, Placement placement) =>
        session.Enabled.UidOnly
            ? writer.Raw("* "u8).Number(placement.Uid.Value).Raw(" UIDFETCH ("u8)
            : writer.Raw("* "u8).Number(number).Raw(" FETCH (UID "u8).Number(placement.Uid.Value).Space();

    /// <summary>
    /// HIGHESTMODSEQ for the tagged OK of EXPUNGE and MOVE (RFC 7162 §3.2.7, RFC 6851 §4.4), of what has just been
    /// announced; null when nothing was removed or the client does not care.
    /// </summary>
    public static string? HighestModSeqCode(this ImapSession session, bool hasRemoved) =>
        hasRemoved && session.Enabled.Condstore
            ? string.Create(CultureInfo.InvariantCulture, $"HIGHESTMODSEQ {session.View.Latest.HighestModSeq.Value}")
            : null;

    /// <summary>"* OK [HIGHESTMODSEQ m]" (RFC 7162 §3.1.2.1).</summary>
    public static void HighestModSeq(this ImapWriter writer, ModSeq modSeq, string text) =>
        writer.Raw("* OK [HIGHESTMODSEQ "u8).Number(modSeq.Value).Raw("] "u8).Text(text).Crlf();

    /// <summary>
    /// RFC 7162 §6: a client takes the highest MODSEQ it has seen for its own, and would never ask for expunges below
    /// it that had to be held back. So while some are, it is told how far it really is.
    /// </summary>
    public static void HeldBack(this ImapWriter writer, ImapSession session)
    {
        if (session.Enabled.Qresync && session.Selected is { HoldsExpungesBack: true } view)
            writer.HighestModSeq(view.ToldModSeq, "Expunges are still to be told");
    }

    /// <summary>"* FLAGS (…)" and PERMANENTFLAGS (RFC 9051 §7.3.5, §7.1): with every keyword of the account.</summary>
    public static void MailboxFlags(this ImapWriter writer, MailboxView view)
    {
        var keywords = view.Latest.Keywords;
        writer.Raw("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft"u8).Keywords(keywords).Raw(")\r\n"u8);
        if (view.IsReadOnly)
        {
            writer.Raw(view.Access is ViewAccess.MarkSeen
                ? "* OK [PERMANENTFLAGS (\\Seen)] Flags permitted\r\n"u8
                : "* OK [PERMANENTFLAGS ()] No flag can be changed\r\n"u8);
            return;
        }
        writer.Raw("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft"u8).Keywords(keywords);
        // "\*" promises that new keywords can be made: only while there is room.
        writer.Raw(keywords.IsFull ? ")] Flags permitted\r\n"u8 : " \\*)] Flags permitted\r\n"u8);
    }

    private static ImapWriter Keywords(this ImapWriter writer, KeywordList keywords)
    {
        foreach (var keyword in keywords.Names)
            writer.Space().Text(keyword);
        return writer;
    }
}
