using System.Security.Cryptography;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Core.Tracing;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Submission;

/// <summary>
/// The one path for mail that a signed-in mailbox sends (465, 587, later webmail and JMAP): sender belongs to the
/// mailbox (envelope and header), Date and Message-ID added, a copy filed into Sent, Bcc removed, local recipients
/// delivered, remote ones queued; returns when all of that is durable.
/// </summary>
public sealed class Submitter
{
    /// <summary>Received fields that a message may have; our users' programs write none (RFC 5321 §6.3).</summary>
    private const int MaxHops = 100;

    private readonly RecipientResolver _resolver;
    private readonly Deliverer _deliverer;
    private readonly MailQueue _queue;
    private readonly MailAccounts _accounts;
    private readonly People _people;
    private readonly TimeProvider _time;
    private readonly SendingLimits _limits;
    private readonly MailTraces _traces;
    private readonly ILogger<Submitter> _log;

    internal Submitter(RecipientResolver resolver, Deliverer deliverer, MailQueue queue, MailAccounts accounts, SubmissionTools tools)
    {
        (_resolver, _deliverer, _queue, _accounts) = (resolver, deliverer, queue, accounts);
        (_people, _limits, _traces, _time, _log) = (tools.People, tools.Limits, tools.Traces, tools.Time, tools.Log);
    }

    /// <summary>May who has signed in use this sender? Asked at MAIL FROM, and again for the header.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async ValueTask<bool> MaySendAsAsync(SignedIn sender, EmailAddress address, CancellationToken cancellationToken) =>
        await SenderAccountAsync(sender, address, cancellationToken) is not null;

    /// <summary>
    /// The account in whose name this sender address speaks, when who has signed in may use it; else null. An account's
    /// address is its own, with or without a +tag, and every alias that leads to it. The account signed in to comes
    /// first, by the right to send; then, for a person, every other mailbox where they are a member with that right.
    /// </summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async ValueTask<AccountEntry?> SenderAccountAsync(SignedIn sender, EmailAddress address, CancellationToken cancellationToken)
    {
        if (await _resolver.ResolveAsync(address, cancellationToken) is not Resolution.Local local)
            return null;
        if (sender.Rights.HasFlag(MemberRights.SendAs) && local.Accounts.FirstOrDefault(account => account.Id == sender.Account) is { } own)
            return own;
        if (sender.Actor.Person is not { } person)
            return null;
        var memberships = await _people.MembershipsAsync(person, cancellationToken);
        return local.Accounts.FirstOrDefault(account =>
            memberships.Any(membership => membership.Account == account.Id && membership.Rights.HasFlag(MemberRights.SendAs)));
    }

    /// <exception cref="MailException">SenderNotAllowed, InvalidMessage, MailLoop, SendingLimitReached, Unavailable: nothing was sent to
    /// anybody, or what was is recognised when the same message comes again.</exception>
    public async Task<SubmissionResult> SubmitAsync(SubmissionRequest request, CancellationToken cancellationToken)
    {
        var header = SubmittedHeader.Read(request.Content.ReadHeader());
        await CheckSenderAsync(request, header, cancellationToken);
        if (header.ReceivedCount > MaxHops)
            throw new MailException(MailError.MailLoop, $"{header.ReceivedCount} Received fields");
        // SMTP has no ID command: a program's name is in what it writes.
        var actor = request.Sender.Actor with { Client = header.Program ?? request.Sender.Actor.Client };
        var counted = await _limits.TakeAsync(request.Sender, actor, await OutsideAsync(request, cancellationToken), cancellationToken);
        var owner = await _accounts.OpenForSentAsync(await SentOwnerAsync(request.Sender, header, cancellationToken), actor, cancellationToken);
        var (missing, headerSize) = (Missing(request, header, owner), request.Content.Parsed.HeaderSize);
        var content = request.Content.WithHeader(header.WithoutBcc(missing), headerSize);
        // First of all, so that nothing is sent that leaves no trace here. Whatever breaks after it, the program sends
        // it all again, and the copy is recognised. Read receipts and reports (the null reverse-path) are no mail that
        // anybody has written.
        ModSeq? filed = null;
        if (request.ReversePath is not null)
            filed = await FileSentAsync(owner, request.Content.WithHeader(header.WithBcc(missing), headerSize), cancellationToken);
        // What is to wait waits for everybody: colleagues must not read today what the world reads on Monday.
        var left = request.HoldUntil is null ? await DeliverLocallyAsync(request, content, cancellationToken) : request.Recipients;
        // Local mail first: when the queue then fails and the client sends it all again, those who have it are
        // recognised.
        var id = left.Count == 0
            ? NewId()
            : await _queue.EnqueueAsync(
                new QueueRequest(request.Sender.Account, request.ReversePath, left, content, request.EnvelopeId, request.ReturnFull)
                {
                    Security = request.Security,
                    HoldUntil = request.HoldUntil,
                    Owner = owner.Id,
                    Filed = filed,
                    Counted = counted,
                },
                cancellationToken);
        await _traces.StoredAsync(
            new TraceHead(id, owner.Id, content.Parsed.MessageId, request.ReversePath),
            request.Recipients.Except(left).Select(recipient => recipient.Address), cancellationToken);
        return new SubmissionResult(id);
    }

    /// <summary>RFC 6409 §6.1, §8.1: who signed in is who sends, on the envelope and for the reader.</summary>
    private async Task CheckSenderAsync(SubmissionRequest request, SubmittedHeader header, CancellationToken cancellationToken)
    {
        if (!header.FromIsValid || !header.SenderIsValid)
            throw new MailException(MailError.InvalidMessage, "the From field must name its sender, once");
        IEnumerable<EmailAddress?> senders = [.. header.From, .. header.Resenders, header.SenderField, request.ReversePath];
        foreach (var address in senders.OfType<EmailAddress>().Distinct())
        {
            if (!await MaySendAsAsync(request.Sender, address, cancellationToken))
                throw new MailException(MailError.SenderNotAllowed, address.ToString());
        }
    }

    /// <summary>RFC 6409 §8.2, §8.3: what every message has, and the program has left out.</summary>
    private List<(string Name, string Value)> Missing(SubmissionRequest request, SubmittedHeader header, MailAccount owner)
    {
        var missing = new List<(string, string)>();
        if (!header.HasDate)
            missing.Add(("Date", MessageDate.Format(_time.GetLocalNow())));
        if (!header.HasMessageId)
            missing.Add(("Message-ID", $"<{NewId()}@{request.Sender.Address.Domain}>"));
        if (header.SenderField is null && owner.Policy.Sender is SenderField.Person && request.Sender.Person is { } person)
            missing.Add(("Sender", NamedAddress.Format(person.Name, SenderAddress(request.Sender, header, owner))));
        return missing;
    }

    /// <summary>
    /// RFC 5322 §3.6.2: the mailbox that is responsible for the sending. That is where the person signed in when the
    /// mail is from another one, and else only the name tells them apart.
    /// </summary>
    private static EmailAddress SenderAddress(SignedIn sender, SubmittedHeader header, MailAccount owner) =>
        owner.Id == sender.Account ? header.From[0] : sender.Address;

    /// <summary>The Sent copy, and the marks on what is answered.</summary>
    /// <returns>The change that made them, by which mail that is called back undoes them.</returns>
    private async Task<ModSeq?> FileSentAsync(MailAccount owner, StagedMessage copy, CancellationToken cancellationToken)
    {
        var filing = await owner.FileSentAsync(new SentMail(copy, AnsweredMessages.Read(copy.ReadHeader())), cancellationToken);
        if (filing.Outcome is SentOutcome.NoRoom)
            Log.SentCopyNotFiled(_log, owner.Address, copy.Parsed.MessageId ?? "");
        return filing.ModSeq;
    }

    /// <summary>
    /// Whose Sent it belongs to: the account of the From address, so that everybody who works in it finds it; one's own
    /// where that address leads to it.
    /// </summary>
    private async ValueTask<AccountId> SentOwnerAsync(SignedIn sender, SubmittedHeader header, CancellationToken cancellationToken) =>
        (await SenderAccountAsync(sender, header.From[0], cancellationToken))?.Id ?? sender.Account;

    private async Task<IReadOnlyList<EmailAddress>> OutsideAsync(SubmissionRequest request, CancellationToken cancellationToken)
    {
        var outside = new List<EmailAddress>();
        foreach (var recipient in request.Recipients)
            if (await _resolver.ResolveAsync(recipient.Address, cancellationToken) is Resolution.Remote)
                outside.Add(recipient.Address);
        return outside;
    }

    /// <summary>
    /// Returns the recipients for the queue: other people's, and ours whose mailbox cannot take it now.
    /// </summary>
    private async Task<IReadOnlyList<SubmissionRecipient>> DeliverLocallyAsync(
        SubmissionRequest request, StagedMessage content, CancellationToken cancellationToken)
    {
        var (local, left) = (new List<SubmissionRecipient>(), new List<SubmissionRecipient>());
        foreach (var recipient in request.Recipients)
        {
            var isLocal = await _resolver.ResolveAsync(recipient.Address, cancellationToken) is Resolution.Local;
            (isLocal ? local : left).Add(recipient);
        }

        if (local.Count == 0)
            return left;
        var delivery = new DeliveryRequest(
            request.ReversePath, [.. local.Select(recipient => recipient.Address)],
            content.WithPrefix(TraceField.ReturnPath(request.ReversePath)));
        var outcomes = await _deliverer.DeliverAsync(delivery, cancellationToken);
        left.AddRange(local.Where((recipient, i) => outcomes[i] is DeliveryOutcome.Deferred or DeliveryOutcome.Refused
            // RFC 3461 §5.2.4: a success that was asked for is reported by the queue, which has the words.
            || (recipient.Notify is { } notify && notify.HasFlag(DsnNotify.Success) && notify != DsnNotify.Never)));
        return left;
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
}

/// <param name="ReversePath">MAIL FROM; null for &lt;&gt; (delivery reports and read receipts).</param>
/// <param name="Content">As the client sent it, with our Received field as prefix.</param>
/// <param name="EnvelopeId">ENVID of RFC 3461, or null.</param>
/// <param name="ReturnFull">RET=FULL / HDRS of RFC 3461, or null.</param>
public sealed record SubmissionRequest(
    SignedIn Sender, EmailAddress? ReversePath, IReadOnlyList<SubmissionRecipient> Recipients, StagedMessage Content,
    string? EnvelopeId, bool? ReturnFull)
{
    public TransportSecurity Security { get; init; }

    /// <summary>When it is to leave (RFC 4865); null for at once.</summary>
    public DateTimeOffset? HoldUntil { get; init; }
}

/// <param name="Notify">NOTIFY of RFC 3461 §4.1; null when the client did not say.</param>
/// <param name="OriginalRecipient">ORCPT as given ("rfc822;…"), or null.</param>
public sealed record SubmissionRecipient(EmailAddress Address, DsnNotify? Notify, string? OriginalRecipient);

/// <summary>RFC 3461 §4.1. NEVER is no flag at all.</summary>
[Flags]
public enum DsnNotify { Never = 0, Success = 1, Failure = 2, Delay = 4 }

/// <param name="QueueId">For the 250 text and the log.</param>
public sealed record SubmissionResult(string QueueId);

/// <summary>What the Submitter asks besides.</summary>
internal sealed record SubmissionTools(People People, SendingLimits Limits, MailTraces Traces, TimeProvider Time, ILogger<Submitter> Log);
