using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// NOOP (RFC 9051 §6.1.2) and CHECK (RFC 3501 §6.4.1): nothing to do but to let the loop announce what has changed.
/// Every change is durable as soon as it is answered, so CHECK has no checkpoint to make.
/// </summary>
internal sealed record Noop(string Name) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Noop("NOOP");

    public static ImapCommand ParseCheck(ref ImapParser parser) => new Noop("CHECK");

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken) =>
        new(ImapReply.Ok($"{Name} completed"));
}
