using System.Security.Cryptography;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Reports;
using Casella.Formats.Sieve;

namespace Casella.Core.Filtering;

/// <summary>The mails that a script has the server write: answers (RFC 5230) and notifications (RFC 5436).</summary>
internal sealed class FilterMail(AutomaticAnswer answer, RecipientResolver resolver, MailQueue queue, TimeProvider time)
{
    /// <summary>The answer, when this sender may have one and has not had it for the script's time.</summary>
    public async Task AnswerAsync(MailAccount account, AccountEntry entry, SieveVacation vacation, EmailAddress recipient, DeliveryRequest request)
    {
        if (request.ReversePath is not { } sender)
            return;
        var isFor = new AnswerFor(account, [account.Address, recipient.WithoutDetail(), .. vacation.Addresses.Select(own => own.WithoutDetail())], sender);
        if (!await answer.MayAnswerAsync(isFor, request.Content)
            || !await account.Filters.TakeAnswerAsync(FilterKeys.OfAnswer(vacation.Handle, sender), TimeSpan.FromSeconds(vacation.Seconds)))
            return;
        var from = vacation.From is { } wanted && await IsOwnAsync(account, wanted) ? wanted : entry.Address;
        var mail = answer.Compose(
            new AnswerText(from, entry.DisplayName, vacation.Subject, vacation.Text, vacation.IsMime), sender, request.Content).Compose();
        await SendAsync(sender, mail);
        await CopyAsync(account, vacation.Copy, mail);
    }

    /// <summary>RFC 5436 §2.7: not of mail that was itself written by a program, so that no two notify each other.</summary>
    public async Task NotifyAsync(MailAccount account, AccountEntry entry, SieveNotification notification, EmailAddress recipient, DeliveryRequest request)
    {
        var header = HeaderSection.Fields(request.Content.ReadHeader()).ToList();
        if (header.Exists(field => string.Equals(field.Name, "Auto-Submitted", StringComparison.OrdinalIgnoreCase) && !field.Value.Span.StartsWith("no"u8)))
            return;
        var from = notification.From is { } wanted && await IsOwnAsync(account, wanted) ? wanted : entry.Address;
        var subject = notification.Subject ?? SubjectOf(request.Content);
        var fields = notification.Importance is 2 ? notification.Fields : [.. notification.Fields, ("Importance", notification.Importance is 1 ? "high" : "low")];
        foreach (var to in notification.To)
        {
            var mail = new PlainMail(
                from, entry.DisplayName, to, OneLine(subject), TextOf(notification, request), time.GetLocalNow(), NewId(entry), $"auto-notified; owner-email=\"{recipient}\"")
            {
                Fields = fields,
            }.Compose();
            // RFC 5436 §2.7: of mail from nobody comes mail from nobody.
            await SendAsync(to, mail, request.ReversePath is null ? null : from);
            await CopyAsync(account, notification.Copy, mail);
        }
    }

    private async Task SendAsync(EmailAddress to, byte[] mail, EmailAddress? reversePath = null)
    {
        await using var message = MessageStaging.FromBytes(mail);
        await queue.EnqueueAsync(
            new QueueRequest(null, reversePath, [new SubmissionRecipient(to, DsnNotify.Never, null)], message, null, null), CancellationToken.None);
    }

    /// <summary>RFC 8580: the mailbox keeps what was written in its name.</summary>
    private static async Task CopyAsync(MailAccount account, SieveCopy? copy, byte[] mail)
    {
        if (copy is null)
            return;
        await using var message = MessageStaging.FromBytes(mail);
        await account.DeliverFilteredAsync(
            new FilteredMail([new FilteredStore(copy.Mailbox, copy.Flags, message)], default, [], null), CancellationToken.None);
    }

    /// <summary>Nobody writes in another's name: the address must lead to this mailbox.</summary>
    private async ValueTask<bool> IsOwnAsync(MailAccount account, EmailAddress address) =>
        await resolver.ResolveAsync(address, CancellationToken.None) is Resolution.Local local && local.Accounts.Any(known => known.Id == account.Id);

    private static string SubjectOf(StagedMessage message) => message.Parsed.Envelope.Subject is { } raw ? DecodedText.Header(raw.Span) : "";

    private static string OneLine(string text) => string.Concat(text.Where(c => !char.IsControl(c)).Take(AutomaticAnswer.SubjectAtMost));

    /// <summary>RFC 5435 §3.6: without words of its own, who has written and what about.</summary>
    private static string TextOf(SieveNotification notification, DeliveryRequest request)
    {
        if (notification.Text is { } text)
            return text.ReplaceLineEndings("\r\n") + "\r\n";
        var from = HeaderSection.Fields(request.Content.ReadHeader()).Where(field => string.Equals(field.Name, "From", StringComparison.OrdinalIgnoreCase))
            .Select(field => DecodedText.Header(field.Value.Span)).FirstOrDefault("");
        return $"From: {OneLine(from)}\r\nSubject: {OneLine(SubjectOf(request.Content))}\r\n";
    }

    private static string NewId(AccountEntry entry) => $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}@{entry.Address.Domain}";
}
