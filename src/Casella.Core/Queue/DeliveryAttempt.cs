using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Tracing;
using Casella.Formats.Mime;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Queue;

/// <summary>
/// One attempt of one message for one domain: hand over, judge each recipient's fate, tell the sender what must be
/// told, write the rest back. Run by <see cref="QueueRunner"/>.
/// </summary>
internal sealed class DeliveryAttempt(
    QueueServices services, IOutboundTransport transport, DeliveryReports reports, QueueOptions options, TimeProvider time, ILogger<DeliveryAttempt> logger)
{
    /// <summary>Our own mailboxes have no provider before them that takes only so many in a minute.</summary>
    public ValueTask<bool> IsWithoutPaceAsync(string domain, CancellationToken cancellationToken) => services.Resolver.IsOursAsync(domain, cancellationToken);

    public async Task RunAsync(DueAttempt due, CancellationToken cancellationToken)
    {
        // Somebody calls it back at this moment: it is gone when the runner looks again.
        using var passage = services.Queue.Gate.TryLeave(due.Message.Id);
        if (passage is null)
            return;
        using var span = DeliveryMetrics.Source.StartActivity("queue attempt")?.SetTag("casella.domain", due.Key.Domain);
        var (content, fates) = await TryAsync(due, cancellationToken);
        if (content is null)
            return;
        await using var read = content;
        var verdicts = due.Recipients.Select((recipient, i) => Judge(due.Message, recipient, fates[i])).ToList();
        foreach (var verdict in verdicts)
        {
            QueueMetrics.Judged(verdict.Kind);
            Log.Fate(logger, due.Message.Id, verdict.Recipient.Address, verdict.Kind, verdict.Fate.Status, verdict.Fate.Diagnostic);
        }

        // First the report, then the rows: after a crash between the two the sender may hear twice, never not at all.
        await reports.SendAsync(due.Message, content, verdicts, CancellationToken.None);
        await services.Store.UpdateAsync(
            due.Message.Id,
            [.. verdicts.Where(verdict => verdict.Kind is VerdictKind.Wait or VerdictKind.Delayed).Select(verdict => verdict.Recipient)],
            [.. verdicts.Where(verdict => verdict.Kind is not (VerdictKind.Wait or VerdictKind.Delayed)).Select(Finished)],
            CancellationToken.None);
        services.Queue.TellHeld(due.Message);
        await services.Traces.TidyAsync(CancellationToken.None);
        foreach (var verdict in verdicts.Where(verdict => verdict.Kind is not VerdictKind.Wait))
            services.Feed.Tell(Event(due.Message, verdict));
    }

    /// <summary>"delivery.delivered", "delivery.delayed", "delivery.failed".</summary>
    private OfficeEvent Event(QueuedRow message, Verdict verdict) => new(
        $"delivery.{verdict.Kind.ToString().ToLowerInvariant()}", time.GetUtcNow(), verdict.Recipient.Address.ToString(), message.ReversePath?.Domain, "server")
    {
        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["id"] = message.Id,
            ["sender"] = message.ReversePath?.ToString() ?? "",
            ["status"] = verdict.Fate.Status,
            ["diagnostic"] = verdict.Fate.Diagnostic,
        },
    };

    private FinishedRecipient Finished(Verdict verdict)
    {
        var fate = verdict.Fate;
        var state = verdict.Kind is not VerdictKind.Delivered ? TraceState.Failed
            : fate.Server is null ? TraceState.Stored
            : TraceState.HandedOver;
        return new FinishedRecipient(
            verdict.Recipient.Position,
            new FateRow(verdict.Recipient.Address, state, time.GetUtcNow(), fate.Status, fate.Diagnostic, fate.Server, fate.Wire));
    }

    /// <summary>Null when the office has removed the message meanwhile, or its sender has called it back.</summary>
    private async Task<(StagedMessage? Content, IReadOnlyList<RecipientFate> Fates)> TryAsync(DueAttempt due, CancellationToken cancellationToken)
    {
        StagedMessage? content = null;
        try
        {
            content = await ReadContentAsync(due.Message.Id, cancellationToken);
            return (content, await SendAsync(due, content, cancellationToken));
        }
        catch (MailException gone) when (content is null && gone.Error == MailError.NoSuchMessage)
        {
            return (null, []);
        }
        catch (MailException damaged) when (content is null && damaged.Error == MailError.Damaged)
        {
            // It will not become readable: the sender must know, with what we still have of it, which is nothing.
            Log.ContentDamaged(logger, due.Message.Id, damaged);
            var fate = new RecipientFate(FateKind.Failed, "5.3.0", "The message was damaged on this server before it could leave", null);
            return (MessageStaging.FromBytes(ReadOnlyMemory<byte>.Empty), [.. due.Recipients.Select(_ => fate)]);
        }
        catch
        {
            if (content is not null)
                await content.DisposeAsync();
            throw;
        }
    }

    private async Task<StagedMessage> ReadContentAsync(string id, CancellationToken cancellationToken)
    {
        await using var stage = services.Staging.Begin();
        await services.Store.CopyContentAsync(id, stage, cancellationToken);
        return await stage.CompleteAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<RecipientFate>> SendAsync(DueAttempt due, StagedMessage content, CancellationToken cancellationToken)
    {
        if (await services.Resolver.ResolveAsync(due.Recipients[0].Address, cancellationToken) is Resolution.Remote)
            return await SendOutAsync(due, content, cancellationToken);

        var request = new DeliveryRequest(
            due.Message.ReversePath, [.. due.Recipients.Select(r => r.Address)], content.WithPrefix(TraceField.ReturnPath(due.Message.ReversePath)));
        return [.. (await services.Deliverer.DeliverAsync(request, CancellationToken.None)).Select(LocalFate)];
    }

    /// <summary>To who is there; of who is not is said so without asking again.</summary>
    private async Task<IReadOnlyList<RecipientFate>> SendOutAsync(DueAttempt due, StagedMessage content, CancellationToken cancellationToken)
    {
        var fates = new List<RecipientFate?>(due.Recipients.Count);
        foreach (var recipient in due.Recipients)
            fates.Add(await services.Dead.FindAsync(recipient.Address, cancellationToken));
        var tried = due.Recipients.Where((_, i) => fates[i] is null).Select(r => new SubmissionRecipient(r.Address, r.Notify, r.Original)).ToList();
        var answers = new Queue<RecipientFate>();
        if (tried.Count > 0)
            answers = new(await transport.SendAsync(
                new OutboundMail(due.Key.Domain, due.Message.ReversePath, tried, content, due.Message.EnvelopeId, due.Message.ReturnFull) { Security = due.Message.Security, MoreWaits = due.MoreWaits },
                cancellationToken));
        return [.. fates.Select(fate => fate ?? answers.Dequeue())];
    }

    private RecipientFate LocalFate(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Deferred { Reason: MailError.DiskFull } => new(FateKind.Deferred, "4.3.1", "The server has no room at the moment", null),
        DeliveryOutcome.Deferred { Reason: MailError.OverQuota } => new(FateKind.Deferred, "4.2.2", "The mailbox is full", null),
        DeliveryOutcome.Deferred => new(FateKind.Deferred, "4.3.0", "The mailbox cannot be written at the moment", null),
        DeliveryOutcome.Refused { Text: { } text } => new(FateKind.Failed, "5.7.1", text, null),
        DeliveryOutcome.Refused { Reason: MailError.MessageTooLarge } => new(FateKind.Failed, "5.3.4", "The message is too large", null),
        DeliveryOutcome.Refused => new(FateKind.Failed, "5.1.1", "There is no such mailbox", null),
        _ => new(FateKind.Delivered, "2.0.0", "Stored", null),
    };

    private Verdict Judge(QueuedRow message, QueuedRecipient recipient, RecipientFate fate)
    {
        if (fate.Kind != FateKind.Deferred)
            return new Verdict(recipient, fate, fate.Kind == FateKind.Delivered ? VerdictKind.Delivered : VerdictKind.Failed, null);
        var now = time.GetUtcNow();
        var attempts = recipient.Attempts + 1;
        if (RetrySchedule.Next(options, message.Since, attempts, now) is not { } next)
            return new Verdict(recipient, fate, VerdictKind.Failed, null);
        var isLate = !recipient.DelayTold && now - message.Since >= options.DelayNotice;
        var waiting = recipient with
        {
            Attempts = attempts,
            NextAt = next,
            LastError = fate.Server is null ? $"{fate.Status} {fate.Diagnostic}" : fate.Diagnostic,
            DelayTold = recipient.DelayTold || isLate,
        };
        return new Verdict(waiting, fate, isLate ? VerdictKind.Delayed : VerdictKind.Wait, message.Since + options.Lifetime);
    }
}

/// <summary>What the queue works with.</summary>
internal sealed record QueueServices(
    IQueueStore Store, MailQueue Queue, RecipientResolver Resolver, Deliverer Deliverer, MessageStaging Staging, MailTraces Traces, OfficeFeed Feed, DeadAddresses Dead);

/// <param name="WillRetryUntil">Null when it is over.</param>
internal sealed record Verdict(QueuedRecipient Recipient, RecipientFate Fate, VerdictKind Kind, DateTimeOffset? WillRetryUntil);

internal enum VerdictKind
{
    Delivered,
    /// <summary>Tried again later; the sender need not know yet.</summary>
    Wait,
    /// <summary>Tried again later, and the sender is to be told that it takes longer.</summary>
    Delayed,
    Failed,
}
