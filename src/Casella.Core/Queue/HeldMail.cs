using System.Text;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Tracing;

namespace Casella.Core.Queue;

/// <summary>
/// Mail that is to leave later: in ten seconds, as everything that the webmail sends, or on Monday (RFC 4865). Until the
/// first attempt whoever may send in the name of its mailbox can call it back: it leaves the queue, its copy leaves Sent
/// and is a draft again. Asked by the webmail (ADR 0049).
/// </summary>
public sealed class HeldMail
{
    private readonly MailTraces _traces;
    private readonly MailQueue _queue;
    private readonly MessageStaging _staging;

    internal HeldMail(MailTraces traces, MailQueue queue, MessageStaging staging) => (_traces, _queue, _staging) = (traces, queue, staging);

    /// <summary>Which account's mail this is, or null when the queue and its memory do not know it.</summary>
    /// <param name="id">Its queue id.</param>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<AccountId?> OwnerAsync(string id, CancellationToken cancellationToken) =>
        (await _traces.FindAsync(id, cancellationToken)).FirstOrDefault(mail => string.Equals(mail.Id, id, StringComparison.Ordinal))?.Owner;

    /// <summary>Takes it out of the queue, and makes a draft of it again; nobody is told, for nobody has had it.</summary>
    /// <param name="id">Its queue id, or its Message-ID without angle brackets.</param>
    /// <exception cref="MailException">NoPermission, Unavailable.</exception>
    public async Task<CallBackResult> CallBackAsync(MailAccount owner, string id, CancellationToken cancellationToken)
    {
        if (!owner.Rights.HasFlag(MemberRights.SendAs | MemberRights.Work))
            throw new MailException(MailError.NoPermission, "calling back what is to be sent");
        var mail = (await _traces.FindAsync(id, cancellationToken)).FirstOrDefault(mail =>
            mail.Owner == owner.Id && (string.Equals(mail.Id, id, StringComparison.Ordinal) || string.Equals(mail.MessageId, id, StringComparison.Ordinal)));
        if (mail is null)
            return new CallBackResult(CallBackOutcome.Left);
        if (IsCalledBack(mail.Recipients))
            return await FinishAsync(owner, mail, cancellationToken);
        if (!IsHeld(mail.Recipients))
            return new CallBackResult(CallBackOutcome.Left);
        using var gate = _queue.Gate.TryCallBack(mail.Id);
        return gate is null ? new CallBackResult(CallBackOutcome.Left) : await TakeBackAsync(owner, mail.Id, cancellationToken);
    }

    /// <summary>It waits for everybody, and nothing has been tried yet.</summary>
    public static bool IsHeld(IReadOnlyList<TracedRecipient> recipients) =>
        recipients.Count > 0 && recipients.All(one => one is { State: TraceState.Waiting, Attempts: 0 });

    /// <summary>It has left the queue for nobody.</summary>
    public static bool IsCalledBack(IReadOnlyList<TracedRecipient> recipients) =>
        recipients.Count > 0 && recipients.All(one => one.State is TraceState.CalledBack);

    private async Task<CallBackResult> TakeBackAsync(MailAccount owner, string id, CancellationToken cancellationToken)
    {
        if (await _queue.FindAsync(id, cancellationToken) is not { } row)
            return new CallBackResult(CallBackOutcome.Left);
        var copy = new HeldCopy(row.MessageId, row.Filed);
        var wantsReport = row.Recipients.Any(recipient => recipient.Notify is { } notify && notify.HasFlag(DsnNotify.Success));
        if (!await owner.HasSentCopyAsync(copy, cancellationToken))
        {
            // Never filed, or gone for good: what is in the queue is all there is, so the draft comes first.
            await using var content = await ReadAsync(row, cancellationToken);
            var made = await owner.CallBackAsync(copy, content.WithPrefix(MissingBcc(row, content)), cancellationToken);
            if (await _queue.CallBackAsync(row, cancellationToken))
                return CallBackResult.Done(made, wantsReport);
            await owner.ExpungeAsync(made.Mailbox, [made.Uid], onlyDeleted: false, cancellationToken);
            return new CallBackResult(CallBackOutcome.Left);
        }

        // The queue first: cut off in between, it has left for nobody, and calling it back again brings it to its end.
        if (!await _queue.CallBackAsync(row, cancellationToken))
            return new CallBackResult(CallBackOutcome.Left);
        return CallBackResult.Done(await owner.CallBackAsync(copy, instead: null, CancellationToken.None), wantsReport);
    }

    /// <summary>Somebody has called it back already; its copy is still in Sent only if that was cut off.</summary>
    private static async Task<CallBackResult> FinishAsync(MailAccount owner, TracedMail mail, CancellationToken cancellationToken)
    {
        var copy = new HeldCopy(mail.MessageId, Filed: null);
        return await owner.HasSentCopyAsync(copy, cancellationToken)
            ? CallBackResult.Done(await owner.CallBackAsync(copy, instead: null, cancellationToken), wantsReport: false)
            : new CallBackResult(CallBackOutcome.CalledBack);
    }

    private async Task<StagedMessage> ReadAsync(QueuedRow row, CancellationToken cancellationToken)
    {
        await using var stage = _staging.Begin();
        await _queue.CopyContentAsync(row.Id, stage, cancellationToken);
        return await stage.CompleteAsync(cancellationToken);
    }

    /// <summary>What leaves has no Bcc: those of the envelope whom the header does not name.</summary>
    private static byte[] MissingBcc(QueuedRow row, StagedMessage content)
    {
        var envelope = content.Parsed.Envelope;
        var named = envelope.To.Concat(envelope.Cc).Select(one => Correspondents.AddressOf(one)).ToHashSet();
        var hidden = row.Recipients.Select(recipient => recipient.Address).Where(address => !named.Contains(address)).ToList();
        return hidden.Count == 0 ? [] : Encoding.UTF8.GetBytes($"Bcc: {string.Join(",\r\n ", hidden.Select(address => address.ToWire()))}\r\n");
    }
}

/// <summary>What came of calling back.</summary>
public enum CallBackOutcome
{
    Done,
    /// <summary>It is on its way, or was never to wait.</summary>
    Left,
    /// <summary>Somebody else was quicker.</summary>
    CalledBack,
}

/// <param name="Outcome">The rest is said when it is done.</param>
public sealed record CallBackResult(CallBackOutcome Outcome)
{
    /// <summary>Where the draft is.</summary>
    public MailboxId Drafts { get; init; }
    public Uid Uid { get; init; }

    /// <summary>Its sender wanted to be told when it has arrived: no draft says that.</summary>
    public bool WantsReport { get; init; }

    internal static CallBackResult Done(PlacementName draft, bool wantsReport) =>
        new(CallBackOutcome.Done) { Drafts = draft.Mailbox, Uid = draft.Uid, WantsReport = wantsReport };
}

/// <summary>Mail in the moments before it leaves.</summary>
/// <param name="Id">Its queue id, by which it is called back.</param>
public sealed record LeavingMail(string Id, string Subject, IReadOnlyList<Formats.Addresses.EmailAddress> Recipients, DateTimeOffset LeavesAt);
