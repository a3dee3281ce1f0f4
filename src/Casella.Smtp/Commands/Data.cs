using Casella.Net.Framing;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>
/// DATA (RFC 5321 §4.1.1.4): the content, to CRLF.CRLF and nowhere else; 250 only when it is stored for good.
/// </summary>
internal sealed record Data : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        parser.End();
        return new Data();
    }

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        if (session.Transaction is not { Recipients.Count: > 0, Chunks: null })
            return new SmtpReply(503, "5.5.1", session.Transaction!.Chunks is null ? "RCPT comes first" : "BDAT has begun");     // RFC 3030 §2
        session.Writer.Reply(new SmtpReply(354, null, "Send the message, then a line with a dot"));
        await session.Connection.Output.FlushAsync(cancellationToken);
        try
        {
            return await ReceiveAsync(session, cancellationToken);
        }
        finally
        {
            await session.ResetAsync();
        }
    }

    private static async Task<SmtpReply> ReceiveAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        var limit = session.Services.Core.Limits.MessageSize;
        await using var stage = session.Services.Core.Staging.Begin();
        var content = await new DotStuffedReader(session.Connection, limit, new ContentPatience(session).Next).CopyToAsync(stage, cancellationToken);
        return MessageReception.Refusal(content.IsTooLarge, content.HasBareLineEnd, content.HasNul)
            ?? await MessageReception.FinishAsync(session, await stage.CompleteAsync(cancellationToken), cancellationToken);
    }
}
