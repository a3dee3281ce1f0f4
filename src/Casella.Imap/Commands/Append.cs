using System.Globalization;
using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;
using Casella.Net.Framing;

namespace Casella.Imap.Commands;

/// <summary>
/// APPEND (RFC 9051 §6.3.12) with APPENDUID (RFC 4315 §3). The message goes from the wire into a stage, never through
/// memory as a whole.
/// </summary>
/// <param name="Message">The literal that the framer has left on the wire.</param>
internal sealed record Append(
    string Mailbox, FlagNames Flags, DateTimeOffset? ReceivedAt, LiteralAnnouncement Message) : ImapCommand
{
    public override bool HasTarget => true;

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var mailbox = parser.Mailbox();
        parser.Space();
        var flags = FlagNames.None;
        if (parser.Next == (byte)'(')
        {
            flags = parser.FlagList();
            parser.Space();
        }
        DateTimeOffset? receivedAt = null;
        if (parser.Next == (byte)'"')
        {
            receivedAt = parser.DateTime();
            parser.Space();
        }
        return new Append(mailbox, flags, receivedAt, parser.StreamedLiteral());
    }

    /// <summary>
    /// What can be said before the message is uploaded. Asked before the go-ahead for a synchronizing literal, and
    /// again when the command runs; what is exact is said by the transaction.
    /// </summary>
    /// <exception cref="MailException">NoSuchMailbox, MailboxNotSelectable, OverQuota, MessageTooLarge.</exception>
    public async ValueTask<MailboxInfo> CheckAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var mailbox = await session.FindSelectableAsync(Mailbox, cancellationToken);
        session.Account.CheckAppend(mailbox.Id, Message.Size);
        return mailbox;
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        MailboxInfo mailbox;
        try
        {
            mailbox = await CheckAsync(session, cancellationToken);
        }
        catch (MailException)
        {
            await session.Framer.SkipLiteralAsync(cancellationToken);
            await EndAsync(session, cancellationToken);
            throw;
        }
        await using var message = await ReceiveAsync(session, cancellationToken);
        if (message is null)
            return ImapReply.Bad("Expected the end of the command after the message");
        if (message.Size == 0)
            return ImapReply.No("A message has at least one octet", "CANNOT");
        var result = await session.Account.AppendAsync(
            mailbox.Id, [new NewMessage(message, Flags, ReceivedAt)], cancellationToken);
        return ImapReply.Ok("APPEND completed", string.Create(
            CultureInfo.InvariantCulture, $"APPENDUID {result.UidValidity} {UidSet.Format(result.Uids)}"));
    }

    /// <summary>The message, or null when something else follows it on the command's line.</summary>
    private static async ValueTask<StagedMessage?> ReceiveAsync(ImapSession session, CancellationToken cancellationToken)
    {
        await using var stage = session.Services.Staging.Begin();
        await session.Framer.CopyLiteralAsync(stage, cancellationToken);
        return await EndAsync(session, cancellationToken) ? await stage.CompleteAsync(cancellationToken) : null;
    }

    /// <summary>
    /// Reads the command's end. A second message (MULTIAPPEND, RFC 3502) would come here; it is not advertised.
    /// </summary>
    private static async ValueTask<bool> EndAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var rest = await session.Framer.ContinueAsync(
            static (_, _) => LiteralDecision.Refuse, static _ => ValueTask.CompletedTask, cancellationToken);
        return rest is null ? throw new EndOfStreamException("The connection ended within APPEND.") : rest.Bytes.IsEmpty;
    }
}
