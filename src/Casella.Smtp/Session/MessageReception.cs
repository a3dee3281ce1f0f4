using System.Net;
using System.Net.Sockets;
using System.Text;
using Casella.Core;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Submission;
using Casella.Formats.AuthenticationResults;
using Casella.Formats.Mime;
using Casella.Smtp.Inbound;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Session;

/// <summary>
/// What happens when a message's content is complete, by DATA, BDAT or BURL: checks of the whole, trace fields, then the
/// Deliverer (port 25) or the Submitter. The reply comes after fsync, and the transaction is over.
/// </summary>
internal static class MessageReception
{
    /// <summary>Refuses content that must not be taken, whatever it says.</summary>
    public static SmtpReply? Refusal(bool isTooLarge, bool hasBareLineEnd, bool hasNul) => (isTooLarge, hasBareLineEnd, hasNul) switch
    {
        (true, _, _) => Errors.Of(MailError.MessageTooLarge),
        // RFC 5321 §2.3.8. To repair it is what lets one message hide in another.
        (_, true, _) => new SmtpReply(554, "5.6.0", "CR and LF must come together as CRLF"),
        (_, _, true) => new SmtpReply(554, "5.6.0", "The message has NUL octets"),
        _ => null,
    };

    /// <summary>Takes content that came in pieces, if it may be taken.</summary>
    public static async Task<SmtpReply> FinishAsync(SmtpSession session, ChunkedContent content, CancellationToken cancellationToken)
    {
        var message = await content.CompleteAsync(cancellationToken);
        if (Refusal(content.IsTooLarge, content.HasBareLineEnd, content.HasNul) is not { } refusal)
            return await FinishAsync(session, message, cancellationToken);
        await message.DisposeAsync();
        return refusal;
    }

    /// <summary>Takes the content; disposes it.</summary>
    public static async Task<SmtpReply> FinishAsync(SmtpSession session, StagedMessage content, CancellationToken cancellationToken)
    {
        using var span = MessageMetrics.Source.StartActivity("message")?.SetTag("casella.size", content.Size);
        var transaction = session.Transaction!;
        await using (content)
        {
            var reply = session.Role is SmtpRole.Mx
                ? await DeliverAsync(session, transaction, content, cancellationToken)
                : await SubmitAsync(session, transaction, content, cancellationToken);
            session.Messages++;
            MessageMetrics.Replied(session.Role, reply.Code);
            Log.Message(
                session.Services.Logger, transaction.Id, content.Size, transaction.Parameters.ReversePath?.ToString() ?? "",
                session.Connection.Remote.Address, transaction.Recipients.Count, reply.Code);
            return reply;
        }
    }

    private static async Task<SmtpReply> DeliverAsync(
        SmtpSession session, MailTransaction transaction, StagedMessage content, CancellationToken cancellationToken)
    {
        if (ReceivedCount(content) > session.Services.Options.Hops)
            return Errors.Of(MailError.MailLoop);
        var answer = await session.Services.Checks.JudgeAsync(transaction.Sender!, content, cancellationToken);
        Log.Checked(session.Services.Logger, transaction.Id, Outcome(answer), string.Join(' ', answer.Verdict.Lines.Select(line => $"{line.Method}={line.Result}")));
        // Two servers that write to each other of nothing but their reports would never end.
        if (answer.Sighting is { } sighting && !transaction.Recipients.All(recipient => ReportAddress.Is(recipient.Address)))
            session.Services.Core.Reports.Note(sighting);
        if (answer.Refusal is { } refusal)
            return refusal;
        var request = new DeliveryRequest(
            transaction.Parameters.ReversePath, [.. transaction.Recipients.Select(recipient => recipient.Address)],
            Traced(session, transaction, content, answer.Verdict))
        {
            Verdict = answer.Verdict,
        };
        // A peer that hangs up now may send it again: what is begun is brought to its end.
        var outcomes = await session.Services.Core.Deliverer.DeliverAsync(request, CancellationToken.None);
        await ReportRefusalsAsync(session, request, outcomes);
        return Reply(session, transaction, outcomes);
    }

    private static string Outcome(MessageAnswer answer) =>
        answer.Refusal is { } refusal ? $"refused with {refusal.Code}" : answer.Verdict.IsQuarantined ? "taken into SPAM" : "taken";

    /// <summary>
    /// The message as it is stored: our fields on top, above all Return-Path and what was found out, then the rest
    /// without what only pretends to be ours (RFC 8601 §5).
    /// </summary>
    private static StagedMessage Traced(SmtpSession session, MailTransaction transaction, StagedMessage content, AuthenticationVerdict verdict)
    {
        var header = content.ReadHeader();
        var kept = AuthenticationResultsField.RemoveForeign(header, session.Services.HostName);
        byte[] trace =
        [
            .. TraceField.ReturnPath(transaction.Parameters.ReversePath),
            .. verdict.Lines.Count > 0 ? AuthenticationResultsField.Compose(session.Services.HostName, verdict.Lines) : [],
            .. Received(session, transaction),
        ];
        return (kept.Length == header.Length ? content : content.WithHeader(kept, header.Length)).WithPrefix(trace);
    }

    /// <summary>
    /// RFC 5429 §2.1.2: when some take the message, those whose scripts refuse it must be told of by a report; the queue
    /// has the words for that. When all refuse, the reply says it.
    /// </summary>
    private static async Task ReportRefusalsAsync(SmtpSession session, DeliveryRequest request, IReadOnlyList<DeliveryOutcome> outcomes)
    {
        var refused = outcomes.OfType<DeliveryOutcome.Refused>().Where(outcome => outcome is { Text: not null, IsSpam: false }).ToList();
        var isForAll = refused.Count == outcomes.Count || outcomes.Any(outcome => outcome is DeliveryOutcome.Deferred);
        if (refused.Count == 0 || isForAll || request.ReversePath is null)
            return;
        await session.Services.Core.Queue.EnqueueAsync(
            new QueueRequest(
                null, request.ReversePath, [.. refused.Select(outcome => new SubmissionRecipient(outcome.Recipient, null, null))], request.Content, null, null),
            CancellationToken.None);
    }

    /// <summary>
    /// SMTP has one reply for all recipients. One that must wait makes all wait: the sender tries again, those who have
    /// the message are recognised by it, and nobody gets it twice or not at all. One that was refused although RCPT had
    /// taken it (its account was removed meanwhile) does not take it from the others.
    /// </summary>
    private static SmtpReply Reply(SmtpSession session, MailTransaction transaction, IReadOnlyList<DeliveryOutcome> outcomes)
    {
        if (outcomes.OfType<DeliveryOutcome.Deferred>().FirstOrDefault() is { } deferred)
            return Errors.Of(deferred.Reason);
        var refused = outcomes.OfType<DeliveryOutcome.Refused>().ToList();
        if (refused.Count == outcomes.Count)
            return refused[0].Text is { Length: > 0 } text ? new SmtpReply(550, "5.7.1", text) : Errors.Of(refused[0].Reason);
        foreach (var outcome in refused)
            Log.PartlyRefused(session.Services.Logger, transaction.Id, outcome.Recipient.ToString());
        return new SmtpReply(250, "2.0.0", $"Stored as {transaction.Id}");
    }

    private static async Task<SmtpReply> SubmitAsync(
        SmtpSession session, MailTransaction transaction, StagedMessage content, CancellationToken cancellationToken)
    {
        var parameters = transaction.Parameters;
        var request = new SubmissionRequest(
            session.SignedIn!, parameters.ReversePath, transaction.Recipients, content.WithPrefix(Received(session, transaction)),
            parameters.EnvelopeId, parameters.ReturnFull)
        {
            Security = parameters.RequiresTls ? TransportSecurity.Required : IsWaived(content) ? TransportSecurity.Waived : TransportSecurity.AsPublished,
            HoldUntil = parameters.HoldFor is { } seconds ? session.Services.Time.GetUtcNow().AddSeconds(seconds) : parameters.HoldUntil,
        };
        var result = await session.Services.Core.Submitter.SubmitAsync(request, CancellationToken.None);
        return new SmtpReply(250, "2.0.0", $"Accepted as {result.QueueId}");
    }

    /// <summary>RFC 8689 §5: "TLS-Required: No".</summary>
    private static bool IsWaived(StagedMessage content) => HeaderSection.Fields(content.ReadHeader()).Any(field =>
        string.Equals(field.Name, "TLS-Required", StringComparison.OrdinalIgnoreCase)
        && string.Equals(Encoding.ASCII.GetString(field.Value.Span), "No", StringComparison.OrdinalIgnoreCase));

    private static byte[] Received(SmtpSession session, MailTransaction transaction) => TraceField.Received(new TraceFacts(
        session.HelloName, Literal(session.Connection.Remote.Address), session.Services.HostName, With(session, transaction), transaction.Id,
        transaction.Recipients is [var only] ? only.Address : null, session.Services.Time.GetLocalNow()));

    /// <summary>RFC 3848, RFC 6531 §4.3.</summary>
    private static string With(SmtpSession session, MailTransaction transaction)
    {
        if (!session.IsExtended)
            return "SMTP";
        var name = transaction.Parameters.IsUtf8 ? "UTF8SMTP" : "ESMTP";
        return $"{name}{(session.Connection.IsSecure ? "S" : "")}{(session.SignedIn is null ? "" : "A")}";
    }

    private static string Literal(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"IPv6:{address}",
        _ => address.ToString(),
    };

    private static int ReceivedCount(StagedMessage content) => HeaderSection.Fields(content.ReadHeader())
        .Count(field => string.Equals(field.Name, "Received", StringComparison.OrdinalIgnoreCase));
}
