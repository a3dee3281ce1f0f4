using Casella.Core.Queue;
using Casella.Core.Tracing;
using Casella.Formats.Addresses;

namespace Casella.Core.Storage;

/// <summary>
/// What became of mail that was sent, beside the queue that still has the rest of it. What ends in the queue is written
/// by <see cref="IQueueStore.UpdateAsync"/>, in the transaction that lets the recipient go.
/// </summary>
internal interface ITraceStore
{
    /// <summary>Keeps what became of recipients that were never in the queue.</summary>
    Task RecordAsync(TraceHead head, IReadOnlyList<FateRow> fates, CancellationToken cancellationToken);

    /// <summary>Mail by its queue id, its Message-ID or a recipient's address; the newest first.</summary>
    Task<IReadOnlyList<TracedMail>> FindAsync(string what, int atMost, CancellationToken cancellationToken);

    /// <summary>Mail by its Message-ID alone, the newest first: by an index, for it is asked while somebody looks.</summary>
    Task<IReadOnlyList<TracedMail>> OfMessageAsync(string messageId, int atMost, CancellationToken cancellationToken);

    /// <summary>What became of the last mail to an address since it was lifted, the newest first; what still waits is not
    /// among it. One step by an index, however long the queue is: each attempt asks.</summary>
    Task<IReadOnlyList<TracedRecipient>> LastAsync(EmailAddress address, int atMost, CancellationToken cancellationToken);

    /// <summary>Addresses that another server has refused since then, each with everybody who wrote to it.</summary>
    Task<IReadOnlyList<RefusedMail>> RefusedAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>What became of mail to an address until now counts no more in <see cref="LastAsync"/>.</summary>
    Task LiftAsync(EmailAddress address, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How many recipients had their end on each day (UTC) since then; days without any are left out.</summary>
    Task<IReadOnlyList<SentDay>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Lets go of what is older.</summary>
    Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>Whose mail it was.</summary>
/// <param name="Id">Its queue id.</param>
/// <param name="Owner">The account whose Sent folder has it, or null.</param>
/// <param name="MessageId">Without angle brackets, or null.</param>
/// <param name="ReversePath">Null for &lt;&gt;.</param>
internal sealed record TraceHead(string Id, AccountId? Owner, string? MessageId, EmailAddress? ReversePath);

/// <param name="ReversePath">Null for &lt;&gt;.</param>
internal sealed record RefusedMail(EmailAddress Address, EmailAddress? ReversePath);

/// <summary>The end of one recipient.</summary>
/// <param name="Server">Who took or refused it; null for this one.</param>
internal sealed record FateRow(
    EmailAddress Recipient, TraceState State, DateTimeOffset At, string Status, string Diagnostic, string? Server, WireSecurity Security);
