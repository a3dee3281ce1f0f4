using System.Security.Cryptography;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Reports;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Delivery;

/// <summary>
/// The answer that a mailbox has set for whoever writes to it ("closed until the 7th", "Anna has left, please write
/// to …"): sent after a delivery to a person, once a week, never to a program or a list (RFC 3834). Called by
/// <see cref="Deliverer"/>.
/// </summary>
internal sealed class AutomaticAnswer(RecipientResolver resolver, MailQueue queue, TimeProvider time, ILogger<AutomaticAnswer> logger)
{
    /// <summary>RFC 3834 §2: nobody reads there. With the names that habit gives to machines.</summary>
    private static readonly string[] Machines =
        ["mailer-daemon", "postmaster", "listserv", "majordomo", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces"];

    private const int SubjectAtMost = 200;

    /// <summary>
    /// Answers if it may. The mail itself is stored already, so nothing that goes wrong here is the sender's business.
    /// </summary>
    public async Task AnswerAsync(MailAccount account, AccountEntry entry, EmailAddress recipient, DeliveryRequest request)
    {
        if (account.Policy.Answer is not { } text || request.ReversePath is not { } sender || IsOver(account))
            return;
        try
        {
            if (await MayAnswerAsync(account, recipient, sender, request.Content) && await account.Care.TakeAnswerAsync(sender, CancellationToken.None))
                await SendAsync(entry, sender, text, request.Content);
        }
        catch (Exception failure)
        {
            // Rather no answer than the same mail twice: the delivery stands.
            Log.AnswerNotSent(logger, account.Address, failure);
        }
    }

    private bool IsOver(MailAccount account) =>
        account.Policy.AnswerUntil is { } until && DateOnly.FromDateTime(time.GetLocalNow().DateTime) > until;

    private async ValueTask<bool> MayAnswerAsync(MailAccount account, EmailAddress recipient, EmailAddress sender, StagedMessage content)
    {
        if (IsMachine(sender))
            return false;
        var header = AnswerableHeader.Read(content.ReadHeader());
        // RFC 3834 §2: only when the mailbox is named, by its address or by the alias that the mail has come through.
        if (header.IsAutomatic || !header.Recipients.Any(named => named.WithoutDetail() is var plain && (plain == account.Address || plain == recipient.WithoutDetail())))
            return false;
        return await resolver.ResolveAsync(sender, CancellationToken.None) is not Resolution.Local own || own.Accounts.All(known => known.Id != account.Id);
    }

    private static bool IsMachine(EmailAddress sender)
    {
        var user = sender.Subaddress.User;
        return Machines.Contains(user, StringComparer.Ordinal) || user.StartsWith("owner-", StringComparison.Ordinal)
            || user.EndsWith("-owner", StringComparison.Ordinal) || user.EndsWith("-request", StringComparison.Ordinal);
    }

    /// <summary>RFC 3834 §3, §4: to the return path, from the null reverse-path, as an answer in the conversation.</summary>
    private async Task SendAsync(AccountEntry entry, EmailAddress sender, string text, StagedMessage content)
    {
        var parsed = content.Parsed;
        var answer = new PlainMail(
            entry.Address, entry.DisplayName, sender, Subject(parsed), text.ReplaceLineEndings("\r\n") + "\r\n", time.GetLocalNow(),
            $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}@{entry.Address.Domain}", "auto-replied")
        {
            InReplyTo = parsed.MessageId,
            References = parsed.MessageId is { } id ? [.. parsed.References, id] : [],
        };
        await using var message = MessageStaging.FromBytes(answer.Compose());
        await queue.EnqueueAsync(
            new QueueRequest(null, null, [new SubmissionRecipient(sender, DsnNotify.Never, null)], message, null, null), CancellationToken.None);
    }

    /// <summary>RFC 3834 §3.1.5.</summary>
    private static string Subject(ParsedMessage message)
    {
        var subject = message.Envelope.Subject is { } raw ? DecodedText.Header(raw.Span) : "";
        var printable = string.Concat(subject.Where(c => !char.IsControl(c)).Take(SubjectAtMost));
        return $"Auto: {printable}".TrimEnd();
    }
}
