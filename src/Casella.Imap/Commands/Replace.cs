using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Commands.Appending;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// REPLACE and UID REPLACE (RFC 8508): a message goes and another comes in one transaction, so that a draft is never
/// there twice or not at all.
/// </summary>
/// <param name="Replaced">One number or UID.</param>
internal sealed record Replace(SequenceSet Replaced, bool ByUid, string Mailbox, IReadOnlyList<AppendStep> Steps) : UploadCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Replace Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        var replaced = parser.SequenceSet();
        if (replaced.Ranges is not [var one] || one.First != one.Last)
            throw new ImapSyntaxException("Expected one message");
        parser.Space();
        return new Replace(replaced, byUid, parser.Mailbox(), AppendParser.Parse(ref parser));
    }

    /// <inheritdoc/>
    public override async ValueTask<MailboxPlace> CheckAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (session.View.IsReadOnly)
            throw new MailException(MailError.NoPermission);
        var replaced = Find(session.View);
        var place = await session.FindSelectableAsync(Mailbox, cancellationToken);
        // §3.4: what goes makes room for what comes.
        var octets = MessageUpload.OctetsOf(Steps);
        place.CheckRoom(place.Account.Id == session.View.Account.Id ? octets - replaced.Size : octets);
        return place;
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        await using var upload = new MessageUpload(session, Steps, mostMessages: 1);
        var (place, refusal) = await PrepareAsync(session, upload, cancellationToken);
        if (refusal is { } reply)
            return reply;
        var replaced = Find(session.View).Uid;
        var (view, target, message) = (session.View, place!, upload.Messages[0]);
        var result = target.Account.Id == view.Account.Id
            ? await view.Account.ReplaceAsync(view.Mailbox, replaced, target.Id, message, cancellationToken)
            : await MessageTransfer.ReplaceAsync(view.At, replaced, target.At, message, cancellationToken);
        // §4.3: APPENDUID before the EXPUNGE of what was replaced.
        session.Writer.Raw("* OK ["u8).Text(Append.AppendUid(result)).Raw("] Replacement message ready\r\n"u8);
        await session.AnnounceRemovedAsync(cancellationToken);
        return ImapReply.Ok("REPLACE completed", session.HighestModSeqCode(true));
    }

    /// <exception cref="MailException">NoSuchMessage.</exception>
    /// <exception cref="ImapSyntaxException">A number above the number of messages.</exception>
    private Placement Find(MailboxView view) => view.Positions(Replaced, ByUid) is [var position, ..]
        ? view[position.First]
        : throw new MailException(MailError.NoSuchMessage);
}
