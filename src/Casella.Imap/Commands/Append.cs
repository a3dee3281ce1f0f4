using System.Globalization;
using Casella.Core.Messages;
using Casella.Imap.Commands.Appending;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// APPEND (RFC 9051 §6.3.12) of one or more messages, all or none (MULTIAPPEND, RFC 3502), put together of what is here
/// already where the client wishes (CATENATE, RFC 4469), with APPENDUID (RFC 4315 §3). Messages go from the wire into
/// stages, never through memory as a whole.
/// </summary>
internal sealed record Append(string Mailbox, IReadOnlyList<AppendStep> Steps) : UploadCommand
{
    /// <summary>Small messages wait in memory until the last one has come: 500 of 64 KB at most.</summary>
    private const int MostMessages = 500;

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        return new Append(parser.Mailbox(), AppendParser.Parse(ref parser));
    }

    /// <inheritdoc/>
    public override async ValueTask<MailboxPlace> CheckAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var place = await session.FindSelectableAsync(Mailbox, cancellationToken);
        place.CheckRoom(MessageUpload.OctetsOf(Steps));
        return place;
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var mostSaved = MessageLimit.MostSaved(session.Options);
        await using var upload = new MessageUpload(session, Steps, mostSaved > 0 ? mostSaved : MostMessages)
        {
            Check = async (octets, cancel) => (await session.FindSelectableAsync(Mailbox, cancel)).CheckRoom(octets),
        };
        var (place, refusal) = await PrepareAsync(session, upload, cancellationToken);
        if (refusal is { } reply)
            return reply;
        var result = await place!.Account.AppendAsync(place.Id, upload.Messages, cancellationToken);
        return ImapReply.Ok("APPEND completed", AppendUid(result));
    }

    /// <summary>resp-code-apnd: the mailbox's UIDVALIDITY and the UIDs in the order of the messages.</summary>
    public static string AppendUid(AppendResult result) => string.Create(
        CultureInfo.InvariantCulture, $"APPENDUID {result.UidValidity} {UidSet.Format(result.Uids)}");
}
