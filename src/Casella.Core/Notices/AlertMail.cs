using System.Security.Cryptography;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Reports;

namespace Casella.Core.Notices;

/// <summary>
/// Mail from the server to whoever looks after it, to a mailbox of ours or elsewhere, with the null reverse-path: if it
/// cannot be delivered nobody is told by mail. Used by the server's alerts.
/// </summary>
public sealed class AlertMail
{
    private readonly ReportIdentity _identity;
    private readonly Deliverer _deliverer;
    private readonly RecipientResolver _resolver;
    private readonly MailQueue _queue;
    private readonly TimeProvider _time;

    internal AlertMail(ReportIdentity identity, Deliverer deliverer, RecipientResolver resolver, MailQueue queue, TimeProvider time) =>
        (_identity, _deliverer, _resolver, _queue, _time) = (identity, deliverer, resolver, queue, time);

    /// <summary>What the office reads: its mailbox's language, or the usual one where it is elsewhere.</summary>
    public async Task<Language> LanguageOfAsync(EmailAddress office, CancellationToken cancellationToken) =>
        await _resolver.LanguageOfAsync(office, cancellationToken) ?? MailboxPolicy.Default.Language;

    /// <summary>Returns when it is in the mailbox or in the queue.</summary>
    /// <exception cref="MailException">Unavailable, DiskFull.</exception>
    public async Task SendAsync(EmailAddress office, string sender, (string Subject, string Text) words, CancellationToken cancellationToken)
    {
        var from = EmailAddress.TryParse($"postmaster@{_identity.HostName}", out var postmaster) ? postmaster : office;
        var mail = new PlainMail(
            from, sender, office, words.Subject, words.Text, _time.GetLocalNow(), $"alert.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}@{_identity.HostName}", "auto-generated");
        await using var message = MessageStaging.FromBytes(mail.Compose());
        if (await _resolver.ResolveAsync(office, cancellationToken) is Resolution.Local)
        {
            var outcomes = await _deliverer.DeliverAsync(new DeliveryRequest(null, [office], message.WithPrefix(TraceField.ReturnPath(null))), cancellationToken);
            if (outcomes[0] is not DeliveryOutcome.Deferred)
                return;
        }

        await _queue.EnqueueAsync(new QueueRequest(null, null, [new SubmissionRecipient(office, null, null)], message, null, null), cancellationToken);
    }
}
