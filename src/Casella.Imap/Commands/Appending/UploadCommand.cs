using Casella.Core;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Appending;

/// <summary>
/// A command whose messages are streamed from the wire: APPEND, REPLACE. What can be said before a message is uploaded
/// is said then.
/// </summary>
internal abstract record UploadCommand : ImapCommand
{
    public override bool HasTarget => true;

    /// <summary>
    /// Asked before the go-ahead for a synchronizing literal, and again when the command runs; what is exact is said by
    /// the transaction.
    /// </summary>
    /// <exception cref="MailException">NoSuchMailbox, MailboxNotSelectable, OverQuota …</exception>
    /// <exception cref="ImapSyntaxException">A message number that is not there.</exception>
    public abstract ValueTask<MailboxPlace> CheckAsync(ImapSession session, CancellationToken cancellationToken);

    /// <summary>
    /// The mailbox the upload goes to, or the reply that refuses it: then the messages that are under way have been
    /// read and dropped.
    /// </summary>
    protected async ValueTask<(MailboxPlace? Place, ImapReply? Refusal)> PrepareAsync(
        ImapSession session, MessageUpload upload, CancellationToken cancellationToken)
    {
        MailboxPlace? place = null;
        try
        {
            place = await CheckAsync(session, cancellationToken);
        }
        catch (MailException e)
        {
            upload.Refuse(Errors.Reply(e.Error, isTarget: true));
        }
        catch (ImapSyntaxException e)
        {
            upload.Refuse(ImapReply.Bad(e));
        }
        return (place, await upload.ReceiveAsync(cancellationToken));
    }
}
