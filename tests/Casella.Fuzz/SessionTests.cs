using Casella.Fuzz.Running;
using Casella.Imap;
using Casella.Pop3;
using Casella.Smtp;
using Casella.Smtp.Inbound;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Fuzz;

/// <summary>
/// Conversations that no client would hold, in every state of the three protocols: the server answers, or closes, and
/// is there for the next one.
/// </summary>
public sealed class SessionTests
{
    private const string SignIn = $"x LOGIN {TestServer.Address} \"{TestServer.Password}\"";

    [Fact]
    public Task Imap_before_signing_in() => Imap(new SessionRun("imap-new", tls: false));

    [Fact]
    public Task Imap_signed_in() => Imap(new SessionRun("imap-signed-in", tls: true, SignIn));

    [Fact]
    public Task Imap_with_a_mailbox_selected() => Imap(new SessionRun("imap-selected", tls: true, SignIn, "y SELECT INBOX"));

    [Fact]
    public Task Smtp_of_strangers() => Smtp(new SessionRun("smtp-mx", tls: false), SmtpRole.Mx);

    [Fact]
    public Task Submission() => Smtp(new SessionRun("smtp-submission", tls: true), SmtpRole.Submission);

    [Fact]
    public Task Pop3_before_signing_in() => Pop3(new SessionRun("pop3-new", tls: false));

    [Fact]
    public Task Pop3_signed_in() => Pop3(new SessionRun(
        "pop3-signed-in", tls: true, $"USER {TestServer.Address}", $"PASS {TestServer.Password}"));

    private static Task Imap(SessionRun run) => run.RunAsync(
        services => services.AddCasellaImap(new ImapOptions()), services => services.GetRequiredService<ImapProtocol>());

    private static Task Smtp(SessionRun run, SmtpRole role) => run.RunAsync(
        services => services.AddCasellaSmtp(new SmtpOptions(), new InboundOptions(), "mail.example.org"), services => services.GetRequiredKeyedService<SmtpProtocol>(role));

    private static Task Pop3(SessionRun run) => run.RunAsync(
        services => services.AddCasellaPop3(new Pop3Options()), services => services.GetRequiredService<Pop3Protocol>());
}
