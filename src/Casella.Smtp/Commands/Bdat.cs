using System.Globalization;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>BDAT (RFC 3030 §2): one chunk of counted octets. They are on their way already, so they are read whatever the answer is.</summary>
internal sealed record Bdat(long Octets, bool IsLast) : SmtpCommand
{
    /// <summary>A chunk nobody could mean: the connection would only be busy reading it.</summary>
    private const long MaxChunk = 1L << 40;

    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        const string Expected = "BDAT octets [LAST]";
        if (!long.TryParse(parser.Word(Expected), NumberStyles.None, CultureInfo.InvariantCulture, out var octets) || octets > MaxChunk)
            throw new SmtpSyntaxException(Expected);
        var isLast = parser.HasArgument;
        if (isLast && !string.Equals(parser.Word(Expected), "LAST", StringComparison.OrdinalIgnoreCase))
            throw new SmtpSyntaxException(Expected);
        parser.End();
        return new Bdat(octets, isLast);
    }

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        session.Connection.SetDeadline(session.Services.Options.MessageTime);
        if (session.Transaction is not { Recipients.Count: > 0 } transaction)
        {
            await ChunkedContent.DropAsync(session.Connection, Octets, cancellationToken);
            return new SmtpReply(503, "5.5.1", "RCPT comes first");
        }

        var content = transaction.Chunks ??= new ChunkedContent(session.Services.Core.Staging.Begin(), session.Services.Core.Limits.MessageSize);
        await content.ReadAsync(session.Connection, Octets, cancellationToken);
        if (!IsLast && !content.IsTooLarge)
            return new SmtpReply(250, "2.0.0", $"{Octets} octets received");
        try
        {
            return await FinishAsync(session, content, cancellationToken);
        }
        finally
        {
            await session.ResetAsync();
        }
    }

    private static async Task<SmtpReply> FinishAsync(SmtpSession session, ChunkedContent content, CancellationToken cancellationToken)
    {
        var message = await content.CompleteAsync(cancellationToken);
        if (MessageReception.Refusal(content.IsTooLarge, content.HasBareLineEnd, content.HasNul) is not { } refusal)
            return await MessageReception.FinishAsync(session, message, cancellationToken);
        await message.DisposeAsync();
        return refusal;
    }
}
