using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>QUIT (RFC 5321 §4.1.1.10).</summary>
internal sealed record Quit : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        parser.End();
        return new Quit();
    }

    public override ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        session.IsOver = true;
        return Reply(221, "2.0.0", "Goodbye");
    }
}
