using Casella.Core;
using Casella.Core.Submission;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>
/// BURL (RFC 4468 §3.2): a piece of the message is taken from a mailbox here, so that a telephone forwards what it has
/// never loaded. Alone or between BDATs.
/// </summary>
internal sealed record Burl(string Url, bool IsLast) : SmtpCommand
{
    private const string Expected = "BURL url [LAST]";

    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        var url = parser.Word(Expected);
        var isLast = parser.HasArgument;
        if (isLast && !string.Equals(parser.Word(Expected), "LAST", StringComparison.OrdinalIgnoreCase))
            throw new SmtpSyntaxException(Expected);
        parser.End();
        return new Burl(url, isLast);
    }

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        if (session.Transaction is not { Recipients.Count: > 0 } transaction)
            return new SmtpReply(503, "5.5.0", "RCPT comes first");
        if (session.Services.Core.Messages is not { } messages)
            return new SmtpReply(502, "5.5.1", "No URLs are taken here");
        var isKept = false;
        try
        {
            var content = transaction.Chunks ??= new ChunkedContent(session.Services.Core.Staging.Begin(), session.Services.Core.Limits.MessageSize);
            await using var destination = content.AsStream();
            var outcome = await messages.CopyAsync(Url, session.SignedIn!.Address, destination, content.Room, cancellationToken);
            if (Refusal(outcome) is { } refusal)
                return refusal;
            if (IsLast)
                return await MessageReception.FinishAsync(session, content, cancellationToken);
            isKept = true;
            return new SmtpReply(250, "2.5.0", "Waiting for more");
        }
        finally
        {
            // RFC 4468 §3.2: what cannot be had fails the whole transaction.
            if (!isKept)
                await session.ResetAsync();
        }
    }

    /// <summary>RFC 4468 §6.</summary>
    private static SmtpReply? Refusal(UrlCopy outcome) => outcome switch
    {
        UrlCopy.Done => null,
        UrlCopy.NotOurs => new SmtpReply(554, "5.7.8", "Only URLs that were authorized on this server are taken"),
        UrlCopy.Refused => new SmtpReply(554, "5.7.0", "That URL is not authorized for you, or what it names is gone"),
        UrlCopy.TooLarge => Errors.Of(MailError.MessageTooLarge),
    };
}
