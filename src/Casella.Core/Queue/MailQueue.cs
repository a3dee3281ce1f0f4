using Casella.Core.Messages;
using Casella.Core.Submission;
using Casella.Formats.Addresses;

namespace Casella.Core.Queue;

/// <summary>
/// Mail that cannot be delivered at once: remote recipients, redirects, local recipients that are deferred. Durable before EnqueueAsync returns. Filled by the
/// Submitter, emptied by the QueueRunner, looked at by the office.
/// </summary>
public sealed class MailQueue
{
    /// <summary>Accepts a message for its recipients; returns its queue id after fsync.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public Task<string> EnqueueAsync(QueueRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <param name="Sender">The account that submitted it, or null for reports and redirects.</param>
/// <param name="ReversePath">Null for &lt;&gt;: such mail never causes a report.</param>
/// <param name="Content">Copied into the queue; the caller keeps and disposes it.</param>
/// <param name="ReturnFull">RET=FULL / HDRS of RFC 3461, or null.</param>
public sealed record QueueRequest(
    AccountId? Sender, EmailAddress? ReversePath, IReadOnlyList<SubmissionRecipient> Recipients, StagedMessage Content,
    string? EnvelopeId, bool? ReturnFull);
