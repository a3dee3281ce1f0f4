using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>EXPUNGE (RFC 9051 §6.4.3) and UID EXPUNGE (RFC 4315 §2.1): removes messages that have \Deleted.</summary>
/// <param name="Uids">Only among these, or null for all.</param>
internal sealed record Expunge(SequenceSet? Uids) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Expunge(Uids: null);

    public static ImapCommand ParseUid(ref ImapParser parser)
    {
        parser.Space();
        return new Expunge(parser.SequenceSet());
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var view = session.View;
        if (view.IsReadOnly)
            return Errors.ReadOnly;
        var uids = Uids is null ? null : view.Uids(Uids, byUid: true);
        var lowest = uids is null ? null : KeepNewest(session, uids);
        var result = await view.Account.ExpungeAsync(view.Mailbox, uids, onlyDeleted: true, cancellationToken);
        await session.AnnounceRemovedAsync(cancellationToken);
        return session.Limited(ImapReply.Ok("EXPUNGE completed", session.HighestModSeqCode(result.Expunged.Count > 0)), lowest);
    }

    /// <summary>RFC 9738: only messages that would go count.</summary>
    private static Uid? KeepNewest(ImapSession session, List<Uid> uids)
    {
        var view = session.View;
        if (session.Options.MessageLimit > 0)
            uids.RemoveAll(uid => !view[view.NumberOf(uid) - 1].Flags.Has(MessageFlags.Deleted));
        return session.KeepNewest(uids);
    }
}
