using System.Globalization;
using System.Security.Cryptography;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Reports;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Queue;

/// <summary>
/// Tells a sender what became of his message (RFC 3461 §5.2, RFC 3464): on failure and on delay unless he asked
/// otherwise, on success when he asked. Mail with the null reverse-path is never reported on: two servers would report
/// to each other for ever.
/// </summary>
internal sealed class DeliveryReports(ReportIdentity identity, Deliverer deliverer, RecipientResolver resolver, MailQueue queue, TimeProvider time, ILogger<DeliveryReports> logger)
{
    /// <summary>
    /// RFC 3461 §6.2: a large message comes back as its header only, also when all of it was asked for.
    /// </summary>
    private const long LargestReturned = 1024 * 1024;

    /// <summary>
    /// Reports a day to one address elsewhere: mail that we have only sent on. Whoever has many come back there has not
    /// written it; somebody has written in his name.
    /// </summary>
    private const int ElsewhereADay = 10;

    private readonly Lock _lock = new();
    private readonly BudgetTable<string> _elsewhere = new(ElsewhereADay, ElsewhereADay, TimeSpan.FromDays(1));

    /// <exception cref="MailException">Unavailable: the report could not be stored, so nothing may be forgotten
    /// yet.</exception>
    public async Task SendAsync(QueuedRow message, StagedMessage content, IReadOnlyList<Verdict> verdicts, CancellationToken cancellationToken)
    {
        if (message.ReversePath is not { } sender)
            return;
        var reported = verdicts.Where(IsReported).ToList();
        if (reported.Count == 0)
            return;
        var report = new DeliveryStatusNotification(
            identity.HostName, sender, message.QueuedAt, time.GetLocalNow(), message.EnvelopeId, [.. reported.Select(Line)],
            await ReturnedAsync(message, content, reported, cancellationToken), $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}@{identity.HostName}");
        // Our own people read it in the language of their mailbox; whoever is elsewhere finds theirs among both.
        if (await resolver.LanguageOfAsync(sender, cancellationToken) is { } language)
            report = report with { Languages = [CultureInfo.GetCultureInfo(language is Language.Italian ? "it" : "en")] };
        await using var bytes = MessageStaging.FromBytes(report.Compose());
        var resolved = await resolver.ResolveAsync(sender, cancellationToken);
        if (IsElsewhere(resolved) && !MayTell(resolved is Resolution.Local { Forwards: [var first, ..] } ? first : sender))
        {
            Log.ReportsEnough(logger, sender);
            return;
        }

        if (resolved is Resolution.Local)
        {
            var outcomes = await deliverer.DeliverAsync(new DeliveryRequest(null, [sender], bytes.WithPrefix(TraceField.ReturnPath(null))), cancellationToken);
            if (outcomes[0] is not DeliveryOutcome.Deferred)
                return;
        }

        // A full mailbox takes its report later; a sender elsewhere gets it by the queue.
        await queue.EnqueueAsync(new QueueRequest(null, null, [new SubmissionRecipient(sender, null, null)], bytes, null, null), cancellationToken);
    }

    /// <summary>Also an address of ours that only leads a report back to who is elsewhere.</summary>
    private static bool IsElsewhere(Resolution sender) => sender is not Resolution.Local { IsReturn: false };

    private bool MayTell(EmailAddress sender)
    {
        lock (_lock)
        {
            var (key, now) = (sender.ToString(), time.GetUtcNow());
            if (!_elsewhere.Has(key, now))
                return false;
            _elsewhere.Take(key, now);
            return true;
        }
    }

    /// <summary>RFC 3461 §5.2: without NOTIFY failures and delays are told.</summary>
    private static bool IsReported(Verdict verdict)
    {
        var notify = verdict.Recipient.Notify ?? (DsnNotify.Failure | DsnNotify.Delay);
        return verdict.Kind switch
        {
            VerdictKind.Failed => notify.HasFlag(DsnNotify.Failure),
            VerdictKind.Delayed => notify.HasFlag(DsnNotify.Delay),
            VerdictKind.Delivered => notify.HasFlag(DsnNotify.Success) && !verdict.Fate.DsnPassedOn,
            VerdictKind.Wait => false,
        };
    }

    private ReportedRecipient Line(Verdict verdict) => new(
        verdict.Recipient.Address,
        verdict.Recipient.Original,
        verdict.Kind switch
        {
            VerdictKind.Failed => DsnAction.Failed,
            VerdictKind.Delayed => DsnAction.Delayed,
            // RFC 3464 §2.3.3: handed to a server that does not report is "relayed".
            _ => verdict.Fate.Server is null ? DsnAction.Delivered : DsnAction.Relayed,
        },
        // RFC 3464 §2.3.4: a recipient that is given up after temporary errors has failed for good.
        verdict.Kind == VerdictKind.Failed && verdict.Fate.Status.StartsWith('4') ? string.Concat("5", verdict.Fate.Status.AsSpan(1)) : verdict.Fate.Status,
        verdict.Fate.Diagnostic,
        verdict.Fate.Server,
        time.GetLocalNow(),
        verdict.WillRetryUntil is { } until ? TimeZoneInfo.ConvertTime(until, time.LocalTimeZone) : null);

    private static async Task<ReturnedContent> ReturnedAsync(
        QueuedRow message, StagedMessage content, List<Verdict> reported, CancellationToken cancellationToken)
    {
        // RFC 3461 §5.2.5: all of it only with a failure, when asked for; our users are glad to have their text back
        // without asking.
        var whole = reported.Exists(verdict => verdict.Kind == VerdictKind.Failed) && message.ReturnFull != false && content.Size <= LargestReturned;
        if (!whole)
            return new ReturnedContent(content.ReadHeader(), IsWhole: false);
        var bytes = new byte[content.Size];
        await using var stream = content.OpenRead();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return new ReturnedContent(bytes, IsWhole: true);
    }
}

/// <param name="HostName">This server, in reports.</param>
public sealed record ReportIdentity(string HostName);
