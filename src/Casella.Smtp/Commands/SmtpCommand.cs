using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>
/// One parsed command. What it does is its own; when it may be said is in the table (<see cref="SmtpCommands"/>).
/// </summary>
internal abstract record SmtpCommand
{
    /// <summary>
    /// The reply, or null when the command has written its own. A MailException becomes a reply in the loop.
    /// </summary>
    public abstract ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken);

    protected static ValueTask<SmtpReply?> Reply(int code, string? enhanced, string text) => new(new SmtpReply(code, enhanced, text));
}
