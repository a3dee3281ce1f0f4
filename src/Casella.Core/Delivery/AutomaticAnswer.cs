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

    internal const int SubjectAtMost = 200;

    /// <summary>
    /// Answers if it may. The mail itself is stored already, so nothing that goes wrong here is the sender's business.
    /// </summary>
    public async Task AnswerAsync(MailAccount account, AccountEntry entry, EmailAddress recipient, DeliveryRequest request)
    {
        if (account.Policy.Answer is not { } text || request.ReversePath is not { } sender || !IsTime(account))
            return;
        try
        {
            var isFor = new AnswerFor(account, [account.Address, recipient.WithoutDetail()], sender);
            if (await MayAnswerAsync(isFor, request.Content) && await account.Care.TakeAnswerAsync(sender, CancellationToken.None))
                await SendAsync(Compose(new AnswerText(entry.Address, entry.DisplayName, null, text, IsMime: false), sender, request.Content), sender);
        }
        catch (Exception failure)
        {
            // Rather no answer than the same mail twice: the delivery stands.
            Log.AnswerNotSent(logger, account.Address, failure);
        }
    }

    /// <summary>Whether a person has written, to this mailbox, and is not one of it (RFC 3834 §2, RFC 5230 §4.5, §4.6).</summary>
    public async ValueTask<bool> MayAnswerAsync(AnswerFor isFor, StagedMessage content)
    {
        if (IsMachine(isFor.Sender))
            return false;
        var header = AnswerableHeader.Read(content.ReadHeader());
        // RFC 3834 §2: only when the mailbox is named, by its address or by the alias that the mail has come through.
        if (header.IsAutomatic || !header.Recipients.Any(named => isFor.Own.Contains(named.WithoutDetail())))
            return false;
        return await resolver.ResolveAsync(isFor.Sender, CancellationToken.None) is not Resolution.Local own
            || own.Accounts.All(known => known.Id != isFor.Account.Id);
    }

    /// <summary>RFC 3834 §3: an answer in the conversation.</summary>
    public PlainMail Compose(AnswerText answer, EmailAddress sender, StagedMessage content)
    {
        var parsed = content.Parsed;
        return new PlainMail(
            answer.From, answer.FromName, sender, answer.Subject is { } subject ? OneLine(subject) : Subject(parsed),
            answer.Text.ReplaceLineEndings("\r\n") + "\r\n", time.GetLocalNow(),
            $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}@{answer.From.Domain}", "auto-replied")
        {
            InReplyTo = parsed.MessageId,
            References = parsed.MessageId is { } id ? [.. parsed.References, id] : [],
            IsEntity = answer.IsMime,
        };
    }

    private bool IsTime(MailAccount account)
    {
        var today = DateOnly.FromDateTime(time.GetLocalNow().DateTime);
        return !(account.Policy.AnswerFrom > today) && !(account.Policy.AnswerUntil < today);
    }

    private static bool IsMachine(EmailAddress sender)
    {
        var user = sender.Subaddress.User;
        return Machines.Contains(user, StringComparer.Ordinal) || user.StartsWith("owner-", StringComparison.Ordinal)
            || user.EndsWith("-owner", StringComparison.Ordinal) || user.EndsWith("-request", StringComparison.Ordinal);
    }

    /// <summary>RFC 3834 §3, §4: to the return path, from the null reverse-path.</summary>
    private async Task SendAsync(PlainMail answer, EmailAddress sender)
    {
        await using var message = MessageStaging.FromBytes(answer.Compose());
        await queue.EnqueueAsync(
            new QueueRequest(null, null, [new SubmissionRecipient(sender, DsnNotify.Never, null)], message, null, null), CancellationToken.None);
    }

    /// <summary>RFC 3834 §3.1.5.</summary>
    private static string Subject(ParsedMessage message) =>
        $"Auto: {OneLine(message.Envelope.Subject is { } raw ? DecodedText.Header(raw.Span) : "")}".TrimEnd();

    private static string OneLine(string text) => string.Concat(text.Where(c => !char.IsControl(c)).Take(SubjectAtMost));
}

/// <summary>Who would be answered.</summary>
/// <param name="Own">Addresses that are the mailbox's, without +tags.</param>
internal sealed record AnswerFor(MailAccount Account, IReadOnlyList<EmailAddress> Own, EmailAddress Sender);

/// <summary>What an answer says.</summary>
/// <param name="Subject">Null for that of the message.</param>
/// <param name="IsMime">The text is a MIME entity with its header.</param>
internal sealed record AnswerText(EmailAddress From, string? FromName, string? Subject, string Text, bool IsMime);
