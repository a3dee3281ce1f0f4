using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// status-att (RFC 3501 §6.3.10; HIGHESTMODSEQ RFC 7162 §3.1.7; DELETED, DELETED-STORAGE RFC 9208 §4.1.4; APPENDLIMIT
/// RFC 7889 §3.1; SIZE RFC 8438 §3; MAILBOXID RFC 8474 §4.3).
/// </summary>
internal enum StatusItem
{
    Messages, Recent, UidNext, UidValidity, Unseen, HighestModSeq, Deleted, DeletedStorage, AppendLimit, Size, MailboxId,
}

/// <summary>
/// STATUS (RFC 9051 §6.3.11). Answered from the mailbox tree, which is in memory; a mailbox is opened only for what the
/// tree does not know.
/// </summary>
internal sealed record Status(string Mailbox, IReadOnlyList<StatusItem> Items) : ImapCommand
{
    private static readonly (string Name, StatusItem Item)[] Names =
    [
        ("MESSAGES", StatusItem.Messages),
        ("RECENT", StatusItem.Recent),
        ("UIDNEXT", StatusItem.UidNext),
        ("UIDVALIDITY", StatusItem.UidValidity),
        ("UNSEEN", StatusItem.Unseen),
        ("HIGHESTMODSEQ", StatusItem.HighestModSeq),
        ("DELETED", StatusItem.Deleted),
        ("DELETED-STORAGE", StatusItem.DeletedStorage),
        ("APPENDLIMIT", StatusItem.AppendLimit),
        ("SIZE", StatusItem.Size),
        ("MAILBOXID", StatusItem.MailboxId),
    ];

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var mailbox = parser.Mailbox();
        parser.Space();
        return new Status(mailbox, ParseItems(ref parser));
    }

    /// <summary>"(" status-att *(SP status-att) ")".</summary>
    public static IReadOnlyList<StatusItem> ParseItems(ref ImapParser parser)
    {
        var items = new List<StatusItem>();
        parser.OpenList();
        do
        {
            var item = Item(parser.Atom("a status item"));
            if (!items.Contains(item))
                items.Add(item);
        }
        while (parser.TrySpace());
        parser.CloseList();
        return items;
    }

    private static StatusItem Item(string name)
    {
        foreach (var known in Names)
            if (string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase))
                return known.Item;
        throw new ImapSyntaxException($"Expected {string.Join(", ", Names.Select(known => known.Name))}");
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var place = await session.FindSelectableAsync(Mailbox, cancellationToken);
        await WriteAsync(session, place, Items, cancellationToken);
        return ImapReply.Ok("STATUS completed");
    }

    /// <summary>The STATUS response, also that of LIST with STATUS (RFC 5819 §2).</summary>
    public static async ValueTask WriteAsync(
        ImapSession session, MailboxPlace place, IReadOnlyList<StatusItem> items, CancellationToken cancellationToken)
    {
        // RFC 7162 §3.1: asking for HIGHESTMODSEQ is one of the ways to switch CONDSTORE on.
        if (items.Contains(StatusItem.HighestModSeq))
            session.EnableCondstore();
        await TellAsync(session, place, items, cancellationToken);
    }

    /// <summary>The STATUS response unasked (RFC 5465 §5): it switches nothing on.</summary>
    public static async ValueTask TellAsync(
        ImapSession session, MailboxPlace place, IReadOnlyList<StatusItem> items, CancellationToken cancellationToken)
    {
        var values = new List<long>();
        foreach (var item in items)
            values.Add(await ValueAsync(session, place, item, cancellationToken));

        var writer = session.Writer.Raw("* STATUS "u8).Mailbox(place.Name).Raw(" ("u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                writer.Space();
            writer.Text(Names[(int)items[i]].Name).Space();
            if (items[i] == StatusItem.MailboxId)
                writer.Byte((byte)'(').Text(place.ObjectId).Byte((byte)')');
            else
                writer.Number(values[i]);
        }
        writer.Raw(")\r\n"u8);
    }

    private static ValueTask<long> ValueAsync(
        ImapSession session, MailboxPlace place, StatusItem item, CancellationToken cancellationToken) => item switch
        {
            StatusItem.Messages => new(place.Mailbox.Messages),
            StatusItem.Recent => RecentAsync(place.Account, place.Mailbox, cancellationToken),
            StatusItem.UidNext => new(place.Mailbox.UidNext.Value),
            StatusItem.UidValidity => new(place.Mailbox.UidValidity),
            StatusItem.Unseen => new(place.Mailbox.Unseen),
            StatusItem.HighestModSeq => new(place.Mailbox.HighestModSeq.Value),
            StatusItem.Deleted => new(place.Mailbox.Deleted),
            StatusItem.DeletedStorage => DeletedStorageAsync(place.Account, place.Mailbox, cancellationToken),
            StatusItem.AppendLimit => new(session.Options.AppendLimit),
            StatusItem.Size => new(place.Mailbox.Size),
            // Written as an object id, not as a number.
            StatusItem.MailboxId => new(0),
        };

    private static async ValueTask<long> RecentAsync(MailAccount account, MailboxInfo mailbox, CancellationToken cancellationToken)
    {
        var first = await account.ClaimRecentAsync(mailbox.Id, claim: false, cancellationToken);
        if (first >= mailbox.UidNext)
            return 0;
        var snapshot = await account.GetSnapshotAsync(mailbox.Id, cancellationToken);
        return snapshot.Count - snapshot.AtOrAbove(first);
    }

    private static async ValueTask<long> DeletedStorageAsync(
        MailAccount account, MailboxInfo mailbox, CancellationToken cancellationToken)
    {
        if (mailbox.Deleted == 0)
            return 0;
        var snapshot = await account.GetSnapshotAsync(mailbox.Id, cancellationToken);
        var octets = 0L;
        for (var i = 0; i < snapshot.Count; i++)
            if (snapshot[i].Flags.Has(MessageFlags.Deleted))
                octets += snapshot[i].Size;
        return octets;
    }
}
