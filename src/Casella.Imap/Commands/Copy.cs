using System.Globalization;
using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>COPY and UID COPY (RFC 9051 §6.4.7) with COPYUID (RFC 4315 §3).</summary>
internal sealed record Copy(SequenceSet Messages, string Target, bool ByUid) : ImapCommand
{
    public override bool HasTarget => true;

    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Copy Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        var messages = parser.SequenceSet();
        parser.Space();
        return new Copy(messages, parser.Mailbox(), byUid);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var uids = session.View.Uids(Messages, ByUid);
        var target = await session.FindSelectableAsync(Target, cancellationToken);
        if (uids.Count == 0)
            return ImapReply.Ok("No messages to copy");
        if (session.SaveRefusal(uids.Count) is { } refusal)
            return refusal;
        var view = session.View;
        var copying = target.Account.Id == view.Account.Id
            ? view.Account.CopyAsync(view.Mailbox, uids, target.Id, cancellationToken)
            : new MessageTransfer(session.Services.Staging).CopyAsync(view.At, uids, target.At, cancellationToken);
        var result = await session.TellingAsync(copying, cancellationToken);
        return result.Source.Count == 0
            ? ImapReply.Ok("The messages no longer exist", "EXPUNGEISSUED")
            : ImapReply.Ok("COPY completed", CopyUid(result));
    }

    /// <summary>COPYUID: target's UIDVALIDITY, the UIDs copied, the UIDs they got, in the same order.</summary>
    public static string CopyUid(CopyResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"COPYUID {result.UidValidity} {UidSet.Format(result.Source)} {UidSet.Format(result.Target)}");
}
