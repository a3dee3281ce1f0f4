using Casella.Core.Messages;
using Casella.Formats.Addresses;

namespace Casella.Core.Delivery;

/// <summary>
/// Puts a message into local mailboxes, each recipient on its own, with an outcome for each as a value. A pipeline of named steps (resolve, duplicate check,
/// filter, place, append). Called by SMTP's DATA for mail from outside, by the Submitter, and by the queue for retries and DSNs.
/// </summary>
public sealed class Deliverer
{
    /// <summary>Returns when every recipient's fate is durable. Never throws for one recipient's failure.</summary>
    public Task<IReadOnlyList<DeliveryOutcome>> DeliverAsync(DeliveryRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}

/// <param name="ReversePath">MAIL FROM; null for the null reverse-path &lt;&gt;.</param>
/// <param name="Recipients">Forward-paths that are local.</param>
/// <param name="Content">The whole message with its trace fields.</param>
/// <param name="ContentIdentity">SHA-256 over what the sender sent (without our trace fields): a retry after a lost answer is recognised by it, together with
/// Message-ID, reverse-path and recipient, and is not delivered twice.</param>
public sealed record DeliveryRequest(
    EmailAddress? ReversePath, IReadOnlyList<EmailAddress> Recipients, StagedMessage Content, ReadOnlyMemory<byte> ContentIdentity);

/// <summary>What became of one recipient.</summary>
public abstract record DeliveryOutcome(EmailAddress Recipient)
{
    /// <summary>Durably in the mailbox(es).</summary>
    public sealed record Delivered(EmailAddress Recipient) : DeliveryOutcome(Recipient);

    /// <summary>Already there from an earlier attempt whose answer was lost: to the sender the same as delivered.</summary>
    public sealed record Duplicate(EmailAddress Recipient) : DeliveryOutcome(Recipient);

    /// <summary>Not now; the sender should try again (OverQuota, Unavailable).</summary>
    public sealed record Deferred(EmailAddress Recipient, MailError Reason) : DeliveryOutcome(Recipient);

    /// <summary>Never (NoSuchAddress, MessageTooLarge, MailLoop).</summary>
    public sealed record Refused(EmailAddress Recipient, MailError Reason) : DeliveryOutcome(Recipient);
}
