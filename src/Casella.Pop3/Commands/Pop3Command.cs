using Casella.Pop3.Session;

namespace Casella.Pop3.Commands;

/// <summary>
/// One parsed command. What it does is its own; when it may be said is in the table (<see cref="Pop3Commands"/>).
/// </summary>
internal abstract record Pop3Command
{
    /// <summary>Answers into the session's writer; the loop flushes. A MailException becomes -ERR there.</summary>
    public abstract ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken);
}
