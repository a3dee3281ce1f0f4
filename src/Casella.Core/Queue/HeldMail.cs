using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Tracing;

namespace Casella.Core.Queue;

/// <summary>
/// Mail that is to leave later (RFC 4865): until the first attempt whoever may send in the name of its mailbox can call
/// it back. Asked by the webmail beside the copy in Sent.
/// </summary>
public sealed class HeldMail(MailTraces traces, MailQueue queue)
{
    /// <summary>Takes it out of the queue; nobody is told, for nobody has had it.</summary>
    /// <param name="messageId">Without angle brackets.</param>
    /// <returns>False when there is none, or it is on its way already.</returns>
    /// <exception cref="MailException">NoPermission, Unavailable.</exception>
    public async Task<bool> CallBackAsync(MailAccount owner, string messageId, CancellationToken cancellationToken)
    {
        if (!owner.Rights.HasFlag(MemberRights.SendAs))
            throw new MailException(MailError.NoPermission, "calling back what is to be sent");
        var held = (await traces.FindAsync(messageId, cancellationToken)).FirstOrDefault(mail =>
            mail.Owner == owner.Id && string.Equals(mail.MessageId, messageId, StringComparison.Ordinal) && IsHeld(mail.Recipients));
        if (held is null)
            return false;
        try
        {
            await queue.RemoveAsync(held.Id, cancellationToken);
            return true;
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchMessage)
        {
            // It left in between.
            return false;
        }
    }

    /// <summary>It waits for everybody, and nothing has been tried yet.</summary>
    public static bool IsHeld(IReadOnlyList<TracedRecipient> recipients) =>
        recipients.Count > 0 && recipients.All(one => one is { State: TraceState.Waiting, Attempts: 0 });
}
