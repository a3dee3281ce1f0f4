using System.Globalization;
using AwesomeAssertions;
using Casella.Journeys.Server;
using MailKit.Net.Imap;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Casella.Journeys.Clients;

/// <summary>
/// Programs that prefer SCRAM sign in with it, with the common password and with a device's: MailKit, GNU SASL (which
/// binds to TLS by tls-exporter) and mbsync over Cyrus SASL.
/// </summary>
public sealed class ScramTests(SharedServer shared) : IDisposable
{
    private readonly CasellaServer _server = shared.Server;
    private readonly TestFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MailKit_proves_it_in_all_three_protocols(bool isPlus)
    {
        var info = await _server.AddMailboxAsync("info");
        SaslMechanism Mechanism() => isPlus
            ? new SaslMechanismScramSha256Plus(info.Address, info.Password)
            : new SaslMechanismScramSha256(info.Address, info.Password);

        using var imap = new ImapClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = MailKitClients.Trust(_server) };
        await imap.ConnectAsync("127.0.0.1", _server.Ports.Imaps, SecureSocketOptions.SslOnConnect, Stop);
        imap.AuthenticationMechanisms.Should().Contain("SCRAM-SHA-256-PLUS");
        await imap.AuthenticateAsync(Mechanism(), Stop);
        imap.IsAuthenticated.Should().BeTrue();

        using var pop3 = new Pop3Client { CheckCertificateRevocation = false, ServerCertificateValidationCallback = MailKitClients.Trust(_server) };
        await pop3.ConnectAsync("127.0.0.1", _server.Ports.Pop3s, SecureSocketOptions.SslOnConnect, Stop);
        await pop3.AuthenticateAsync(Mechanism(), Stop);
        pop3.IsAuthenticated.Should().BeTrue();

        using var smtp = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = MailKitClients.Trust(_server) };
        await smtp.ConnectAsync("127.0.0.1", _server.Ports.Submission, SecureSocketOptions.StartTls, Stop);
        await smtp.AuthenticateAsync(Mechanism(), Stop);
        smtp.IsAuthenticated.Should().BeTrue();
    }

    [Theory]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-256-PLUS")]
    public async Task Gsasl_proves_it(string mechanism)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gsasl"), "gsasl is not installed");
        var info = await _server.AddMailboxAsync("info");

        var run = await ProgramRun.OfAsync("gsasl", [
            "--imap", "--connect", string.Create(CultureInfo.InvariantCulture, $"localhost:{_server.Ports.Imap}"), "--starttls",
            "--x509-ca-file", _server.AuthorityFile, "--mechanism", mechanism, "--authentication-id", info.Address,
            "--authorization-id", "", "--password", info.Password, "--no-client-first", "--verbose",
        ]);

        (run.Output + run.Errors).Should().Contain("OK [CAPABILITY").And.Contain($"AUTHENTICATE {mechanism}");
    }

    [Fact]
    public async Task Mbsync_proves_it_and_is_not_frightened_of_the_iterations()
    {
        var info = await _server.AddMailboxAsync("info");
        var maildir = Path.Join(_folder.Path, "maildir");
        Directory.CreateDirectory(maildir);
        var configuration = _folder.Write("mbsyncrc", $"""
            IMAPAccount casella
            Host localhost
            Port {_server.Ports.Imaps}
            User {info.Address}
            Pass "{info.Password}"
            AuthMechs SCRAM-SHA-256
            SSLType IMAPS
            SystemCertificates no
            CertificateFile {_server.AuthorityFile}

            IMAPStore casella
            Account casella

            MaildirStore local
            Path {maildir}/
            Inbox {maildir}/INBOX

            Channel all
            Far :casella:
            Near :local:
            Patterns INBOX
            Create Both
            SyncState *

            """);

        (await ProgramRun.OfAsync("mbsync", ["--verbose", "--config", configuration, "all"])).Succeeded();
    }
}
