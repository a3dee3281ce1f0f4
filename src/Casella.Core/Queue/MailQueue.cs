using System.Security.Cryptography;
using Casella.Core.Messages;
using Casella.Core.Signing;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;

namespace Casella.Core.Queue;

/// <summary>
/// Mail that cannot be delivered at once: remote recipients, redirects, local recipients that are deferred. Durable
/// before EnqueueAsync returns. Filled by the Submitter, emptied by the <see cref="QueueRunner"/>, looked at by the
/// office.
/// </summary>
public sealed class MailQueue
{
    /// <summary>Of a subject so much is kept beside mail that waits.</summary>
    private const int SubjectAtMost = 200;

    private readonly IQueueStore _store;
    private readonly OutgoingSigner _signer;
    private readonly TimeProvider _time;

    internal MailQueue(IQueueStore store, OutgoingSigner signer, TimeProvider time) => (_store, _signer, _time) = (store, signer, time);

    /// <summary>Released when there may be something to do at once.</summary>
    internal QueueSignal Signal { get; } = new();

    /// <summary>Between what leaves and what is called back.</summary>
    internal LeavingGate Gate { get; } = new();

#pragma warning disable MA0046 // pages listen: who tells them says nothing

    /// <summary>Mail of this account has begun to wait for its time, or waits no longer.</summary>
    public event Action<AccountId>? HeldChanged;

#pragma warning restore MA0046

    /// <summary>Accepts a message for its recipients; returns its queue id after fsync.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<string> EnqueueAsync(QueueRequest request, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var id = NewId();
        var first = request.HoldUntil is { } until && until > now ? until : now;
        var recipients = request.Recipients.Select((recipient, position) => new QueuedRecipient(
            position, recipient.Address, recipient.Notify, recipient.OriginalRecipient, Attempts: 0, NextAt: first, DelayTold: false, LastError: null));
        // What somebody else has written keeps the signatures that it has.
        var content = request.IsForwarded ? request.Content : await _signer.SignAsync(request.Content, request.ReversePath, cancellationToken);
        var row = new QueuedRow(
            id, request.Sender, request.ReversePath, request.EnvelopeId, request.ReturnFull, now, content.Size, [.. recipients])
        {
            Security = request.Security,
            HoldUntil = request.HoldUntil,
            Owner = request.Owner,
            MessageId = request.Content.Parsed.MessageId,
            Subject = request.HoldUntil is null ? null : SubjectOf(request.Content),
            Filed = request.HoldUntil is null ? null : request.Filed,
            Counted = request.HoldUntil is null ? null : request.Counted,
        };
        await _store.AddAsync(row, content, cancellationToken);
        Signal.Raise();
        TellHeld(row);
        return id;
    }

    /// <summary>What an account's mail is about to leave before that time and can still be called back, the last first.</summary>
    public async Task<IReadOnlyList<LeavingMail>> LeavingAsync(AccountId owner, DateTimeOffset before, CancellationToken cancellationToken) =>
    [
        .. (await _store.HeldAsync(owner, before, cancellationToken)).Select(row => new LeavingMail(
            row.Id, row.Subject ?? "", [.. row.Recipients.Select(recipient => recipient.Address)], row.HoldUntil!.Value)),
    ];

    internal Task<QueuedRow?> FindAsync(string id, CancellationToken cancellationToken) => _store.FindAsync(id, cancellationToken);

    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    internal Task CopyContentAsync(string id, Stream destination, CancellationToken cancellationToken) => _store.CopyContentAsync(id, destination, cancellationToken);

    /// <summary>Only with the <see cref="Gate"/> in hand.</summary>
    /// <returns>False when it has been tried meanwhile.</returns>
    internal async Task<bool> CallBackAsync(QueuedRow row, CancellationToken cancellationToken)
    {
        if (!await _store.CallBackAsync(row.Id, _time.GetUtcNow(), cancellationToken))
            return false;
        TellHeld(row);
        return true;
    }

    /// <summary>To who looks at what is about to leave.</summary>
    internal void TellHeld(QueuedRow row)
    {
        if (row is { HoldUntil: not null, Owner: { } owner })
            HeldChanged?.Invoke(owner);
    }

    /// <summary>What waits, oldest first.</summary>
    public async Task<IReadOnlyList<QueuedMessage>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await _store.ListAsync(cancellationToken)).Select(row => new QueuedMessage(
            row.Id, row.ReversePath, row.QueuedAt, row.Size,
            [.. row.Recipients.Select(r => new WaitingRecipient(r.Address, r.Attempts, r.NextAt, r.LastError))]))];

    /// <summary>Makes the next attempt due now.</summary>
    /// <exception cref="MailException">NoSuchMessage.</exception>
    public async Task RetryAsync(string id, CancellationToken cancellationToken)
    {
        if (!await _store.SetNextAsync(id, _time.GetUtcNow(), cancellationToken))
            throw new MailException(MailError.NoSuchMessage, $"there is no {id} in the queue");
        Signal.Raise();
    }

    /// <summary>
    /// Makes the next attempt of everything that has failed before due now, as after a night without network.
    /// </summary>
    /// <returns>How many messages.</returns>
    public async Task<int> RetryAllAsync(CancellationToken cancellationToken)
    {
        var messages = await _store.SetAllNextAsync(_time.GetUtcNow(), cancellationToken);
        Signal.Raise();
        return messages;
    }

    /// <summary>Forgets a message; nobody is told.</summary>
    /// <exception cref="MailException">NoSuchMessage.</exception>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var row = await _store.FindAsync(id, cancellationToken);
        if (row is null || !await _store.RemoveAsync(id, _time.GetUtcNow(), cancellationToken))
            throw new MailException(MailError.NoSuchMessage, $"there is no {id} in the queue");
        TellHeld(row);
    }

    private static string? SubjectOf(StagedMessage content)
    {
        var subject = content.Parsed.Envelope.Subject is { } raw ? DecodedText.Header(raw.Span).Trim() : "";
        return subject.Length <= SubjectAtMost ? subject : subject[..SubjectAtMost];
    }

    /// <summary>Short enough to be read out on the telephone.</summary>
    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}

/// <param name="Sender">The account that submitted it, or null for reports and redirects.</param>
/// <param name="ReversePath">Null for &lt;&gt;: such mail never causes a report.</param>
/// <param name="Content">Copied into the queue; the caller keeps and disposes it.</param>
/// <param name="ReturnFull">RET=FULL / HDRS of RFC 3461, or null.</param>
public sealed record QueueRequest(
    AccountId? Sender, EmailAddress? ReversePath, IReadOnlyList<SubmissionRecipient> Recipients, StagedMessage Content,
    string? EnvelopeId, bool? ReturnFull)
{
    /// <summary>The account whose Sent folder has it, or null.</summary>
    public AccountId? Owner { get; init; }

    /// <summary>It came from outside and goes on as it is.</summary>
    public bool IsForwarded { get; init; }

    public TransportSecurity Security { get; init; }

    /// <summary>When it may leave (RFC 4865); null for at once.</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>The change of the owner's account that filed its copy, or null.</summary>
    internal ModSeq? Filed { get; init; }

    /// <summary>What it was counted for, or null.</summary>
    internal SendingCount? Counted { get; init; }
}

/// <summary>A message in the queue as the office sees it.</summary>
/// <param name="ReversePath">Null for a report.</param>
/// <param name="Size">Bytes.</param>
public sealed record QueuedMessage(
    string Id, EmailAddress? ReversePath, DateTimeOffset QueuedAt, long Size, IReadOnlyList<WaitingRecipient> Recipients);

/// <param name="LastError">What the last attempt was answered; null before the first.</param>
public sealed record WaitingRecipient(EmailAddress Address, int Attempts, DateTimeOffset NextAt, string? LastError);
