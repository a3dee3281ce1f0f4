using System.Security.Cryptography;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Smtp.Inbound;

namespace Casella.Smtp.Session;

/// <summary>
/// One mail transaction (RFC 5321 §3.3): the envelope from MAIL to the end of the content, and with CHUNKING the
/// content so far.
/// </summary>
internal sealed class MailTransaction(MailParameters parameters) : IAsyncDisposable
{
    private readonly HashSet<EmailAddress> _addresses = [];
    private readonly List<SubmissionRecipient> _recipients = [];

    /// <summary>Its name in our log, in Received and in the 250.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public MailParameters Parameters => parameters;
    public IReadOnlyList<SubmissionRecipient> Recipients => _recipients;

    /// <summary>What is being found out about client and sender; null on the ports of our own users.</summary>
    public SenderCheck? Sender { get; init; }

    /// <summary>The chunks of BDAT so far; null before the first.</summary>
    public ChunkedContent? Chunks { get; set; }

    /// <summary>The same recipient twice is one copy (RFC 5321 §4.1.1.3 lets us say 250 to both).</summary>
    public void Add(SubmissionRecipient recipient)
    {
        if (_addresses.Add(recipient.Address))
            _recipients.Add(recipient);
    }

    public ValueTask DisposeAsync() => Chunks?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>What MAIL said.</summary>
/// <param name="ReversePath">Null for &lt;&gt;.</param>
/// <param name="IsUtf8">SMTPUTF8 (RFC 6531).</param>
/// <param name="ReturnFull">RET (RFC 3461 §4.3): true for FULL, false for HDRS, null when not given.</param>
/// <param name="EnvelopeId">ENVID (RFC 3461 §4.4), decoded.</param>
internal sealed record MailParameters(EmailAddress? ReversePath, bool IsUtf8, bool? ReturnFull, string? EnvelopeId)
{
    /// <summary>REQUIRETLS (RFC 8689).</summary>
    public bool RequiresTls { get; init; }

    /// <summary>HOLDFOR, seconds from now (RFC 4865 §5), or null.</summary>
    public long? HoldFor { get; init; }

    /// <summary>HOLDUNTIL (RFC 4865 §5), or null.</summary>
    public DateTimeOffset? HoldUntil { get; init; }
}
