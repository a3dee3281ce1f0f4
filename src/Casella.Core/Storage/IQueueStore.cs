using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Formats.Addresses;

namespace Casella.Core.Storage;

/// <summary>
/// Messages that wait for the world outside: one shared database. Every method is one transaction; writes return after
/// fsync.
/// </summary>
internal interface IQueueStore
{
    /// <summary>Keeps a message with its recipients; the content is copied and durable on return.</summary>
    Task AddAsync(QueuedRow message, StagedMessage content, CancellationToken cancellationToken);

    /// <summary>All messages with the recipients that still wait, oldest first.</summary>
    Task<IReadOnlyList<QueuedRow>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Domains with recipients that are due, the one that waits longest first.</summary>
    Task<IReadOnlyList<string>> DueDomainsAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Messages with recipients of this domain that are due, those that wait longest first; of each these recipients only.
    /// </summary>
    /// <param name="except">Messages that are left out, by id.</param>
    Task<IReadOnlyList<QueuedRow>> DueAsync(
        string domain, DateTimeOffset now, IReadOnlySet<string> except, int limit, CancellationToken cancellationToken);

    /// <summary>When the next recipient is due after this time; null when none is.</summary>
    Task<DateTimeOffset?> NextDueAsync(DateTimeOffset after, CancellationToken cancellationToken);

    /// <summary>One message with the recipients that still wait, or null.</summary>
    Task<QueuedRow?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Copies a message's content.</summary>
    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    Task CopyContentAsync(string id, Stream destination, CancellationToken cancellationToken);

    /// <summary>Sets the time of the next attempt of all recipients that still wait.</summary>
    /// <returns>False when there is no such message.</returns>
    Task<bool> SetNextAsync(string id, DateTimeOffset nextAt, CancellationToken cancellationToken);

    /// <summary>The same for all messages that have been tried before; those that wait for their own time go on waiting.</summary>
    /// <returns>How many messages.</returns>
    Task<int> SetAllNextAsync(DateTimeOffset nextAt, CancellationToken cancellationToken);

    /// <summary>
    /// Writes recipients that wait on (one that is gone meanwhile stays gone), removes those that are finished and keeps
    /// what became of them; with the last one the message goes.
    /// </summary>
    Task UpdateAsync(
        string id, IReadOnlyList<QueuedRecipient> waiting, IReadOnlyList<FinishedRecipient> finished, CancellationToken cancellationToken);

    /// <summary>
    /// Mail of an account that waits for its time, which comes before this one, and was not tried yet; what leaves last
    /// first.
    /// </summary>
    Task<IReadOnlyList<QueuedRow>> HeldAsync(AccountId owner, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a message that nothing has been tried with out for its sender, remembers that, and gives back what it was
    /// counted for.
    /// </summary>
    /// <returns>False when there is none, or it has been tried.</returns>
    Task<bool> CallBackAsync(string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes a message with all its recipients out, and remembers that.</summary>
    /// <returns>False when there is none.</returns>
    Task<bool> RemoveAsync(string id, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>A queued message.</summary>
/// <param name="Sender">The account that submitted it, or null.</param>
/// <param name="ReversePath">Null for &lt;&gt;.</param>
internal sealed record QueuedRow(
    string Id, AccountId? Sender, EmailAddress? ReversePath, string? EnvelopeId, bool? ReturnFull, DateTimeOffset QueuedAt, long Size,
    IReadOnlyList<QueuedRecipient> Recipients)
{
    public TransportSecurity Security { get; init; }

    /// <summary>The sender wants it to leave only then (RFC 4865), or null.</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>The account whose Sent folder has it, or null.</summary>
    public AccountId? Owner { get; init; }

    /// <summary>Without angle brackets, or null.</summary>
    public string? MessageId { get; init; }

    /// <summary>Of mail that waits for its time: what it is called, for who may call it back; else null.</summary>
    public string? Subject { get; init; }

    /// <summary>The change of the owner's account that filed it into Sent; null as above.</summary>
    public ModSeq? Filed { get; init; }

    /// <summary>What mail that waits for its time was counted for; written only.</summary>
    public SendingCount? Counted { get; init; }

    /// <summary>When its time began.</summary>
    public DateTimeOffset Since => HoldUntil is { } until && until > QueuedAt ? until : QueuedAt;
}

/// <summary>A recipient that waits.</summary>
/// <param name="Position">Its number in the message; with the message's id its key.</param>
/// <param name="DelayTold">The sender knows that it takes longer.</param>
/// <param name="LastError">What the last attempt was answered, or null before the first.</param>
internal sealed record QueuedRecipient(
    int Position, EmailAddress Address, DsnNotify? Notify, string? Original, int Attempts, DateTimeOffset NextAt, bool DelayTold, string? LastError);

/// <summary>A recipient that waits no longer.</summary>
internal sealed record FinishedRecipient(int Position, FateRow Fate);
