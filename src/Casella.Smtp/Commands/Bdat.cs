using System.Globalization;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>
/// BDAT (RFC 3030 §2): one chunk of counted octets. They are on their way already, so they are read whatever the answer
/// is.
/// </summary>
internal sealed record Bdat(long Octets, bool IsLast) : SmtpCommand
{
    /// <summary>A chunk nobody could mean: the connection would only be busy reading it.</summary>
    private const long MaxChunk = 1L << 40;

    private const string Expected = "BDAT octets [LAST]";

    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        if (!parser.HasArgument || !long.TryParse(parser.Word(Expected), NumberStyles.None, CultureInfo.InvariantCulture, out var octets) || octets > MaxChunk)
            throw Unreadable();
        var isLast = parser.HasArgument;
        if (isLast && !string.Equals(parser.Word(Expected), "LAST", StringComparison.OrdinalIgnoreCase))
            throw Unreadable();
        if (parser.HasArgument)
            throw Unreadable();
        return new Bdat(octets, isLast);
    }

    /// <summary>
    /// A chunk whose length is not known is behind the line. Read as commands it would be what another client's mail
    /// says: so the session ends.
    /// </summary>
    private static SmtpSyntaxException Unreadable() => new(Expected, endsSession: true);

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        if (session.Transaction is not { Recipients.Count: > 0 } transaction)
        {
            await ChunkedContent.DropAsync(session, Octets, cancellationToken);
            return new SmtpReply(503, "5.5.1", "RCPT comes first");
        }

        var content = transaction.Chunks ??= new ChunkedContent(session.Services.Core.Staging.Begin(), session.Services.Core.Limits.MessageSize);
        await content.ReadAsync(session, Octets, cancellationToken);
        if (!IsLast && !content.IsTooLarge)
            return new SmtpReply(250, "2.0.0", $"{Octets} octets received");
        try
        {
            return await MessageReception.FinishAsync(session, content, cancellationToken);
        }
        finally
        {
            await session.ResetAsync();
        }
    }
}
