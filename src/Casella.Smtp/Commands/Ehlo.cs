using System.Globalization;
using Casella.Net.Sasl;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>EHLO (RFC 5321 §4.1.1.1): who the client says it is, and what this port can do.</summary>
internal sealed record Ehlo(string Name) : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser) => new Ehlo(parser.Word("EHLO and the client's name"));

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        await session.GreetAsync(Name, isExtended: true);
        session.Writer.Lines(250, [session.Services.HostName, .. Extensions(session)]);
        return null;
    }

    private static IEnumerable<string> Extensions(SmtpSession session)
    {
        yield return "PIPELINING";                                          // RFC 2920
        yield return $"SIZE {session.Services.Core.Limits.MessageSize}";    // RFC 1870
        yield return "8BITMIME";                                            // RFC 6152
        yield return "SMTPUTF8";                                            // RFC 6531
        yield return "CHUNKING";                                            // RFC 3030
        yield return "ENHANCEDSTATUSCODES";                                 // RFC 2034
        yield return "DSN";                                                 // RFC 3461
        // RFC 4468 §3.1: without "imap" as long as nobody has signed in.
        if (session.Role is SmtpRole.Submission && session.Services.Core.Messages is not null)
            yield return session.SignedIn is null ? "BURL" : "BURL imap";
        if (session.Role is SmtpRole.Submission)
            yield return FutureRelease(session);                            // RFC 4865
        if (session.Connection.IsSecure)
            yield return "REQUIRETLS";                                      // RFC 8689 §3
        if (!session.Connection.IsSecure)
            yield return "STARTTLS";                                        // RFC 3207
        // RFC 4954 §4: not before TLS, where a password could be overheard, and not again after it.
        else if (session.Role is SmtpRole.Submission && session.SignedIn is null)
            yield return "AUTH " + string.Join(' ', SaslExchange.Mechanisms(session.SaslPeer));
    }

    /// <summary>The longest interval, and the latest time.</summary>
    private static string FutureRelease(SmtpSession session)
    {
        var longest = session.Services.Options.HoldTime;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"FUTURERELEASE {(long)longest.TotalSeconds} {session.Services.Time.GetUtcNow() + longest:yyyy-MM-dd'T'HH:mm:ss'Z'}");
    }
}

/// <summary>HELO (RFC 5321 §4.1.1.1): a client of 1982. No extensions.</summary>
internal sealed record Helo(string Name) : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser) => new Helo(parser.Word("HELO and the client's name"));

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        await session.GreetAsync(Name, isExtended: false);
        return new SmtpReply(250, null, session.Services.HostName);
    }
}
