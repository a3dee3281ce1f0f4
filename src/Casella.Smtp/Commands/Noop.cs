using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>NOOP (RFC 5321 §4.1.1.9). Its argument, if any, means nothing.</summary>
internal sealed record Noop : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser) => new Noop();

    public override ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken) => Reply(250, "2.0.0", "Ok");
}

/// <summary>VRFY (RFC 5321 §3.5.3): not told; who wants to know sends a message.</summary>
internal sealed record Vrfy : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        _ = parser.RestOfLine("VRFY and an address");
        return new Vrfy();
    }

    public override ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken) =>
        Reply(252, "2.1.5", "Not told; send a message to know");
}

/// <summary>EXPN (RFC 5321 §3.5): known, and not offered: members of a list are their own business.</summary>
internal sealed record Expn : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser) => new Expn();

    public override ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken) => Reply(502, "5.5.1", "Not offered");
}

/// <summary>HELP (RFC 5321 §4.1.1.8).</summary>
internal sealed record Help : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser) => new Help();

    public override ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken) => Reply(214, "2.0.0", "See RFC 5321");
}
