using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>RSET (RFC 5321 §4.1.1.5): forgets the transaction.</summary>
internal sealed record Rset : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        parser.End();
        return new Rset();
    }

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        await session.ResetAsync();
        return new SmtpReply(250, "2.0.0", "Forgotten");
    }
}
