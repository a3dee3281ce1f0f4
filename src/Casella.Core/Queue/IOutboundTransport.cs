using Casella.Core.Messages;
using Casella.Core.Submission;
using Casella.Formats.Addresses;

namespace Casella.Core.Queue;

/// <summary>The way to other people's servers. A port: SMTP in the product, tables in tests.</summary>
public interface IOutboundTransport
{
    /// <summary>
    /// Tries once to hand a message over for recipients of one domain. Never throws for what the other side says or
    /// does; the fates are in the order of the recipients.
    /// </summary>
    Task<IReadOnlyList<RecipientFate>> SendAsync(OutboundMail mail, CancellationToken cancellationToken);
}

/// <param name="Domain">The recipients' domain, canonical.</param>
public sealed record OutboundMail(
    string Domain, EmailAddress? ReversePath, IReadOnlyList<SubmissionRecipient> Recipients, StagedMessage Content, string? EnvelopeId, bool? ReturnFull)
{
    public TransportSecurity Security { get; init; }

    /// <summary>More of the same domain is due: a connection is worth keeping for a moment.</summary>
    public bool MoreWaits { get; init; }
}

/// <summary>What one attempt did for one recipient.</summary>
/// <param name="Status">RFC 3463 code: "2.0.0", "4.4.1", "5.1.1".</param>
/// <param name="Diagnostic">The other server's words, or ours when there was no server.</param>
/// <param name="Server">The server that answered, or null.</param>
/// <param name="DsnPassedOn">The other server takes over the duty to report success (RFC 3461 §5.2.2).</param>
public sealed record RecipientFate(FateKind Kind, string Status, string Diagnostic, string? Server, bool DsnPassedOn = false)
{
    /// <summary>How it travelled to the server that answered.</summary>
    public WireSecurity Wire { get; init; }
}

public enum FateKind
{
    /// <summary>Handed over, or stored here.</summary>
    Delivered,
    /// <summary>Not now.</summary>
    Deferred,
    /// <summary>Never.</summary>
    Failed,
}
