using Casella.Imap.Session;

namespace Casella.Imap.Commands;

/// <summary>
/// One parsed command. Each file of this folder holds one: a record of its arguments with a static Parse that reads
/// them and <see cref="ExecuteAsync"/> that does it. <see cref="ImapCommands"/> lists them all; the session's loop runs
/// them.
/// </summary>
internal abstract record ImapCommand
{
    /// <summary>True when the command puts messages into a mailbox: a missing one is then answered TRYCREATE.</summary>
    public virtual bool HasTarget => false;

    /// <summary>
    /// Does the command, writing its untagged responses to the session's writer; the loop writes the returned reply.
    /// </summary>
    public abstract ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken);
}
