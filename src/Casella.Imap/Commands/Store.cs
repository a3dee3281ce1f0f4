using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>STORE and UID STORE (RFC 9051 §6.4.6) with UNCHANGEDSINCE (RFC 7162 §3.1.3).</summary>
internal sealed record Store(
    SequenceSet Messages, bool ByUid, FlagOperation Operation, FlagNames Flags, bool IsSilent, ModSeq? UnchangedSince) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Store Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        var messages = parser.SequenceSet();
        parser.Space();
        var unchangedSince = parser.Next == (byte)'(' ? Modifier(ref parser) : (ModSeq?)null;
        var operation = parser.TryTake((byte)'+') ? FlagOperation.Add
            : parser.TryTake((byte)'-') ? FlagOperation.Remove
            : FlagOperation.Replace;
        var isSilent = parser.TryWord("FLAGS.SILENT"u8);
        if (!isSilent && !parser.TryWord("FLAGS"u8))
            throw parser.Expected("FLAGS or FLAGS.SILENT");
        parser.Space();
        return new Store(messages, byUid, operation, parser.FlagsOrFlagList(), isSilent, unchangedSince);
    }

    /// <summary>store-modifier: "(UNCHANGEDSINCE n)" and the space after it.</summary>
    private static ModSeq Modifier(ref ImapParser parser)
    {
        parser.OpenList();
        if (!parser.TryWord("UNCHANGEDSINCE"u8))
            throw parser.Expected("UNCHANGEDSINCE");
        parser.Space();
        var modSeq = new ModSeq(parser.Number64("a mod-sequence"));
        parser.CloseList();
        parser.Space();
        return modSeq;
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var view = session.View;
        // Which flags who has only a \Seen of their own may set is the account's to say.
        if (view.Access is ViewAccess.Read)
            return Errors.ReadOnly;
        // RFC 7162 §3.1: UNCHANGEDSINCE is one of the ways to switch CONDSTORE on.
        if (UnchangedSince is not null)
            session.EnableCondstore();
        var uids = view.Uids(Messages, ByUid);
        var lowest = session.KeepNewest(uids);
        if (uids.Count == 0)
            return ImapReply.Ok("STORE completed");

        var known = view.Known();
        var result = await view.Account.StoreFlagsAsync(
            view.Mailbox, uids, Operation, Flags, UnchangedSince, cancellationToken);
        if (result.ModSeq is { } own)
            view.Told(own);
        // First what others have done (and FLAGS, if a keyword is new), then the answer to this command with what is
        // the case now.
        await session.AnnounceBeforeAnswerAsync(ByUid ? Expunges.Announced : Expunges.HeldBack, cancellationToken);
        await AnswerAsync(session, result, known, cancellationToken);
        var reply = result.Modified.Count == 0
            ? ImapReply.Ok("STORE completed")
            : ImapReply.Ok("Some messages had changed and were left alone", $"MODIFIED {Modified(view, result.Modified)}");
        return session.Limited(reply, lowest);
    }

    private async ValueTask AnswerAsync(
        ImapSession session, StoreResult result, KnownFlags known, CancellationToken cancellationToken)
    {
        var view = session.View;
        var asked = view.Latest.Keywords.Bits(Flags);
        foreach (var stored in result.Stored)
        {
            if (view.NumberOf(stored.Uid) is var number && number == 0)
                continue;
            // RFC 9051 §6.4.6: also after .SILENT the client hears of what somebody else has changed.
            var isExpected = IsSilent && known[stored.Uid] is { } before && stored.Flags == Operation.Apply(before, asked);
            if (!isExpected)
                session.Writer.FetchFlags(session, view, number, view[number - 1]);
            else if (session.Enabled.Condstore && stored.ModSeq == result.ModSeq && !view.WereToldAfter(stored.ModSeq, number - 1))
                session.Writer.FetchModSeq(session, number, stored);
            await session.Writer.FlushIfLargeAsync(cancellationToken);
        }
    }

    /// <summary>RFC 7162 §3.1.3: UIDs after UID STORE, message numbers after STORE.</summary>
    private string Modified(MailboxView view, IReadOnlyList<Uid> uids) => UidSet.Format(
        ByUid ? uids : [.. uids.Select(uid => new Uid((uint)view.NumberOf(uid)))]);
}
