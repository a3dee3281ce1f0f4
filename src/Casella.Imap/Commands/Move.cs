using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>MOVE and UID MOVE (RFC 6851 §3).</summary>
internal sealed record Move(SequenceSet Messages, string Target, bool ByUid) : ImapCommand
{
    public override bool HasTarget => true;

    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Move Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        var messages = parser.SequenceSet();
        parser.Space();
        return new Move(messages, parser.Mailbox(), byUid);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var view = session.View;
        if (view.IsReadOnly)
            return Errors.ReadOnly;
        var uids = view.Uids(Messages, ByUid);
        var target = await session.FindSelectableAsync(Target, cancellationToken);
        if (uids.Count == 0)
            return ImapReply.Ok("No messages to move");
        var lowest = session.KeepNewest(uids);
        var result = target.Account.Id == view.Account.Id
            ? await view.Account.MoveAsync(view.Mailbox, uids, target.Id, cancellationToken)
            : await new MessageTransfer(session.Services.Staging).MoveAsync(view.At, uids, target.At, cancellationToken);
        // Somebody else was first with all of them: they are where he put them, and this client hears of it as of any
        // expunge.
        if (result.Source.Count == 0)
            return ImapReply.Ok("The messages no longer exist", "EXPUNGEISSUED");
        // RFC 6851 §4.3: COPYUID before the EXPUNGE of the same messages.
        session.Writer.Raw("* OK ["u8).Text(Copy.CopyUid(result)).Raw("] Moved\r\n"u8);
        await session.AnnounceRemovedAsync(cancellationToken);
        return session.Limited(ImapReply.Ok("MOVE completed", session.HighestModSeqCode(true)), lowest);
    }
}
