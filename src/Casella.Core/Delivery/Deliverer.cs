using Casella.Core.Filtering;
using Casella.Core.Filtering.Spam;
using Casella.Core.Lists;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Reporting;
using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Delivery;

/// <summary>
/// Puts a message into local mailboxes, each recipient on its own, with an outcome for each as a value. A pipeline of
/// named steps (judge, resolve, reports, lists, duplicate check, script, append, answer, forward). Called by SMTP's DATA for mail from outside, by the
/// Submitter, and by the queue for retries and DSNs.
/// </summary>
public sealed class Deliverer
{
    private readonly RecipientResolver _resolver;
    private readonly MailAccounts _accounts;
    private readonly FilteredDelivery _filtered;
    private readonly Forwarding _forwarding;
    private readonly SpamFilter _spam;
    private readonly ReportIntake _reports;
    private readonly ListDistribution _lists;
    private readonly Arrivals _arrivals;
    private readonly ILogger<Deliverer> _log;

    internal Deliverer(RecipientResolver resolver, MailAccounts accounts, DeliverySteps steps, Arrivals arrivals, ILogger<Deliverer> log)
    {
        (_resolver, _accounts, _arrivals, _log) = (resolver, accounts, arrivals, log);
        (_spam, _filtered, _forwarding, _reports, _lists) = (steps.Spam, steps.Filtered, steps.Forwarding, steps.Reports, steps.Lists);
    }

    /// <summary>Returns when every recipient's fate is durable. Never throws for one recipient's failure.</summary>
    public async Task<IReadOnlyList<DeliveryOutcome>> DeliverAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        using var span = DeliveryMetrics.Source.StartActivity("deliver")?.SetTag("casella.recipients", request.Recipients.Count);
        var mail = new MailToPlace(request, new ContentIdentity(request), await _spam.JudgeAsync(request, cancellationToken));
        if (request.Recipients is [var only])
            return [await TellAsync(mail, only, cancellationToken)];
        return await Task.WhenAll(request.Recipients.Select(recipient => TellAsync(mail, recipient, cancellationToken)));
    }

    private async Task<DeliveryOutcome> TellAsync(MailToPlace mail, EmailAddress recipient, CancellationToken cancellationToken)
    {
        var outcome = await DeliverAsync(mail, recipient, cancellationToken);
        _arrivals.Tell(mail.Request.ReversePath, outcome);
        return outcome;
    }

    private async Task<DeliveryOutcome> DeliverAsync(MailToPlace mail, EmailAddress recipient, CancellationToken cancellationToken)
    {
        var outcome = await TryAsync(mail, recipient, cancellationToken);
        DeliveryMetrics.Outcome(outcome);
        return outcome;
    }

    private async Task<DeliveryOutcome> TryAsync(MailToPlace mail, EmailAddress recipient, CancellationToken cancellationToken)
    {
        try
        {
            if (await _resolver.ResolveAsync(recipient, cancellationToken) is not Resolution.Local local)
                return new DeliveryOutcome.Refused(recipient, MailError.NoSuchAddress);
            if (ReportAddress.Is(recipient) && await _reports.TakeAsync(mail.Request, cancellationToken) && local.IsForReports)
                return new DeliveryOutcome.Delivered(recipient);
            if (local.List is { } list && mail.Spam is not { IsRefused: true })
                return await _lists.DeliverAsync(mail, recipient, list, local.Detail, cancellationToken);
            return await PlaceAsync(mail, recipient, local, cancellationToken);
        }
        catch (MailException failure)
        {
            return Failed(recipient, failure);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // The others' mail must not wait for this one's defect; the sender keeps this one and tries again.
            Log.DeliveryFailed(_log, recipient, bug);
            return new DeliveryOutcome.Deferred(recipient, MailError.Unavailable);
        }
    }

    /// <summary>
    /// Into every mailbox behind the recipient. When one of them fails the recipient as a whole fails; what the others
    /// have already is recognised at the retry.
    /// </summary>
    private async Task<DeliveryOutcome> PlaceAsync(
        MailToPlace mail, EmailAddress recipient, Resolution.Local target, CancellationToken cancellationToken)
    {
        if (mail.Spam is { IsRefused: true })
            return await RefuseAsync(mail, recipient, target, cancellationToken);
        var (isNew, isThere) = (false, false);
        MailException? failed = null;
        FilterResult? refused = null;
        foreach (var entry in target.Accounts)
        {
            try
            {
                var account = await _accounts.OpenForDeliveryAsync(entry, cancellationToken);
                var (request, incoming) = mail.For(account, recipient);
                var result = await _filtered.DeliverAsync(account, entry, request, incoming, cancellationToken);
                isNew |= result.Fate is FilterFate.Delivered;
                isThere |= result.Fate is FilterFate.Duplicate;
                if (result.Fate is FilterFate.Refused)
                    refused = result;
            }
            catch (MailException failure)
            {
                failed = failure;
            }
        }

        if (failed is not null)
            return Failed(recipient, failed);
        // Of several mailboxes behind an address one that does not want it does not speak for the others.
        if (refused is not null && !isNew && !isThere && target.Forwards.Count == 0)
            return new DeliveryOutcome.Refused(recipient, MailError.RefusedByRecipient, refused.Text);
        // Last, for what has left cannot be recognised when the sender tries again.
        if (target.Forwards.Count > 0)
            isNew |= await _forwarding.SendAsync(mail.Request, recipient, target.Forwards, mail.Identity.KeyFor(recipient, default), cancellationToken);
        return isNew ? new DeliveryOutcome.Delivered(recipient) : new DeliveryOutcome.Duplicate(recipient);
    }

    /// <summary>
    /// Spam that nobody wants. What an earlier attempt has stored, whose answer was lost, is not refused afterwards.
    /// </summary>
    private async Task<DeliveryOutcome> RefuseAsync(MailToPlace mail, EmailAddress recipient, Resolution.Local target, CancellationToken cancellationToken)
    {
        var language = MailboxPolicy.Default.Language;
        foreach (var entry in target.Accounts)
        {
            var account = await _accounts.OpenForDeliveryAsync(entry, cancellationToken);
            if (await account.Filters.WasHandledAsync(mail.Identity.KeyFor(recipient, entry.Id), cancellationToken))
                return new DeliveryOutcome.Duplicate(recipient);
            language = account.Policy.Language;
        }

        var text = mail.Spam!.Refusal(target.Accounts is [var first, ..] ? first.Id : default, recipient.Domain, language);
        Log.SpamRefused(_log, recipient, text);
        return new DeliveryOutcome.Refused(recipient, MailError.RefusedByRecipient, FilteredDelivery.OneLine(text)) { IsSpam = true };
    }

    private DeliveryOutcome Failed(EmailAddress recipient, MailException failure)
    {
        switch (failure.Error)
        {
            case MailError.OverQuota or MailError.DiskFull:
                return new DeliveryOutcome.Deferred(recipient, failure.Error);
            case MailError.MessageTooLarge or MailError.NoSuchAddress or MailError.MailLoop:
                return new DeliveryOutcome.Refused(recipient, failure.Error);
            default:
                Log.DeliveryDeferred(_log, recipient, failure);
                return new DeliveryOutcome.Deferred(recipient, MailError.Unavailable);
        }
    }
}

/// <summary>What happens to a message on its way into the mailboxes.</summary>
internal sealed record DeliverySteps(SpamFilter Spam, FilteredDelivery Filtered, Forwarding Forwarding, ReportIntake Reports, ListDistribution Lists);

/// <summary>A message with all that is known of it when it is placed.</summary>
/// <param name="Spam">Null when it is not judged.</param>
internal sealed record MailToPlace(DeliveryRequest Request, ContentIdentity Identity, SpamJudgement? Spam)
{
    /// <summary>As one mailbox gets it.</summary>
    public (DeliveryRequest Request, Incoming Incoming) For(MailAccount account, EmailAddress recipient)
    {
        var incoming = new Incoming(recipient, Identity.KeyFor(recipient, account.Id));
        if (Spam?.Of(account.Id) is not { } verdict)
            return (Request, incoming);
        return (
            Request with { Content = Spam.Content(account.Id, account.Policy.Language) },
            incoming with { Spam = verdict, SpamPercent = Spam.Percent(verdict), Acquaintance = Spam.Acquaintance(account.Id) });
    }
}

/// <param name="ReversePath">MAIL FROM; null for the null reverse-path &lt;&gt;.</param>
/// <param name="Recipients">Forward-paths that are local.</param>
/// <param name="Content">The whole message with its trace fields.</param>
public sealed record DeliveryRequest(EmailAddress? ReversePath, IReadOnlyList<EmailAddress> Recipients, StagedMessage Content)
{
    /// <summary>What was found out about the sender; null for mail that has its origin here.</summary>
    public AuthenticationVerdict? Verdict { get; init; }

    /// <summary>
    /// It has been in a mailbox for a while, and who has written it is not who sends it on: it is not signed anew.
    /// </summary>
    internal bool WasHere { get; init; }

    /// <summary>Where it goes in each mailbox: SPAM when the sender's domain wants it kept apart.</summary>
    internal SpecialUse Folder => Verdict is { IsQuarantined: true } ? SpecialUse.Junk : SpecialUse.None;
}

/// <summary>What became of one recipient.</summary>
public abstract record DeliveryOutcome(EmailAddress Recipient)
{
    /// <summary>Durably in the mailbox(es).</summary>
    public sealed record Delivered(EmailAddress Recipient) : DeliveryOutcome(Recipient);

    /// <summary>
    /// Already there from an earlier attempt whose answer was lost: to the sender the same as delivered.
    /// </summary>
    public sealed record Duplicate(EmailAddress Recipient) : DeliveryOutcome(Recipient);

    /// <summary>Not now; the sender should try again (OverQuota, Unavailable).</summary>
    public sealed record Deferred(EmailAddress Recipient, MailError Reason) : DeliveryOutcome(Recipient);

    /// <summary>Never (NoSuchAddress, MessageTooLarge, MailLoop, RefusedByRecipient).</summary>
    /// <param name="Text">What the recipient's script says; null where the reason says it all.</param>
    public sealed record Refused(EmailAddress Recipient, MailError Reason, string? Text = null) : DeliveryOutcome(Recipient)
    {
        /// <summary>Whoever is named as its sender has perhaps not written it, and must not get a report of it.</summary>
        public bool IsSpam { get; init; }
    }
}
