using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Formats.Addresses;

namespace Casella.Core.Submission;

/// <summary>
/// The one path for mail that a signed-in mailbox sends (465, 587, later webmail and JMAP): sender belongs to the mailbox (envelope and header), Date and Message-ID
/// added, Bcc removed, local recipients delivered, remote ones queued; returns when all of that is durable.
/// </summary>
public sealed class Submitter
{
    /// <summary>May this mailbox use this sender? Asked at MAIL FROM, and again for the header.</summary>
    public ValueTask<bool> MaySendAsAsync(SignedIn sender, EmailAddress address, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <exception cref="MailException">SenderNotAllowed, InvalidMessage, MailLoop, Unavailable: nothing was sent to anybody.</exception>
    public Task<SubmissionResult> SubmitAsync(SubmissionRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <param name="ReversePath">MAIL FROM; null for &lt;&gt; (delivery reports and read receipts).</param>
/// <param name="Content">As the client sent it, with our Received field as prefix.</param>
/// <param name="EnvelopeId">ENVID of RFC 3461, or null.</param>
/// <param name="ReturnFull">RET=FULL / HDRS of RFC 3461, or null.</param>
public sealed record SubmissionRequest(
    SignedIn Sender, EmailAddress? ReversePath, IReadOnlyList<SubmissionRecipient> Recipients, StagedMessage Content,
    string? EnvelopeId, bool? ReturnFull);

/// <param name="Notify">NOTIFY of RFC 3461 §4.1; null when the client did not say.</param>
/// <param name="OriginalRecipient">ORCPT as given ("rfc822;…"), or null.</param>
public sealed record SubmissionRecipient(EmailAddress Address, DsnNotify? Notify, string? OriginalRecipient);

/// <summary>RFC 3461 §4.1. NEVER is no flag at all.</summary>
[Flags]
public enum DsnNotify { Never = 0, Success = 1, Failure = 2, Delay = 4 }

/// <param name="QueueId">For the 250 text and the log.</param>
public sealed record SubmissionResult(string QueueId);
