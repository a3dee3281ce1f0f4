using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AwesomeAssertions;
using Casella.Server.Options;

namespace Casella.Server.Tests.Hosting;

/// <summary>
/// AUTH=EXTERNAL (RFC 4422 appendix A) on the ports as they are: the certificate that a device was registered with opens
/// the mailbox by IMAP, POP3 and submission, until the device is revoked.
/// </summary>
public sealed class ClientCertificateTests : IDisposable
{
    private const string Info = "info@example.org";

    private readonly TestFolder _folder = new();
    private readonly X509Certificate2 _authority = Authority();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_device_with_a_certificate_signs_in_everywhere_until_it_is_revoked()
    {
        using var annas = Issue(Info);
        using var unknown = Issue(Info);
        await PrepareAsync(annas);
        await using var server = await StartAsync();

        await using (var imap = await TlsClient.ConnectAsync(server, "IMAP", annas))
        {
            (await imap.ReadAsync()).Should().Contain(" AUTH=EXTERNAL AUTH=");
            (await imap.AskAsync("a AUTHENTICATE EXTERNAL =")).Should().StartWith("a OK ");
            (await Run("device", "list", Info)).Text.Should().Contain("by certificate");
            (await Run("device", "revoke", Info, "laptop", "--yes")).Text.Should().Contain("1 open session ended");
            (await imap.ReadAsync()).Should().StartWith("* BYE ");
        }

        (await Run("device", "add", Info, "--person", "anna", "--name", "again", "--certificate", Pem(annas))).Text.Should().Contain("its certificate");
        await using (var pop3 = await TlsClient.ConnectAsync(server, "POP3", annas))
        {
            await pop3.ReadAsync();
            (await pop3.AskAsync("AUTH EXTERNAL")).Should().Be("+ \r\n");
            (await pop3.AskAsync(Convert.ToBase64String(Encoding.ASCII.GetBytes(Info)))).Should().StartWith("+OK");
        }

        await using (var submission = await TlsClient.ConnectAsync(server, "SMTP submission", annas))
        {
            await submission.ReadAsync();
            (await submission.AskAsync("EHLO there.example.org")).Should().Contain("AUTH EXTERNAL ");
            (await submission.AskAsync("AUTH EXTERNAL =")).Should().StartWith("235 ");
        }

        await using var other = await TlsClient.ConnectAsync(server, "IMAP", unknown);
        await other.ReadAsync();
        (await other.AskAsync("a AUTHENTICATE EXTERNAL =")).Should().StartWith("a NO [AUTHENTICATIONFAILED]");
        (await other.AskAsync($"b AUTHENTICATE EXTERNAL {Convert.ToBase64String("altri@example.org"u8)}")).Should().StartWith("b NO ");
    }

    [Fact]
    public async Task Who_has_no_certificate_is_not_offered_it_and_signs_in_with_a_password()
    {
        using var annas = Issue(Info);
        var password = await PrepareAsync(annas);
        await using var server = await StartAsync();
        await using var imap = await TlsClient.ConnectAsync(server, "IMAP", null);

        (await imap.ReadAsync()).Should().NotContain("EXTERNAL").And.Contain("AUTH=PLAIN");
        (await imap.AskAsync("a AUTHENTICATE EXTERNAL =")).Should().StartWith("a NO ");
        (await imap.AskAsync($"b LOGIN {Info} \"{password}\"")).Should().StartWith("b OK ");
    }

    [Fact]
    public async Task A_certificate_of_another_address_and_a_file_that_is_none_are_refused()
    {
        using var others = Issue("altri@example.org");
        using var annas = Issue(Info);
        await PrepareAsync(annas);

        (await Run("device", "add", Info, "--person", "anna", "--name", "x", "--certificate", Pem(others))).Errors.Should().Contain("not for info@example.org");
        (await Run("device", "add", Info, "--person", "anna", "--name", "x", "--certificate", Pem(annas))).Errors.Should().Contain("laptop");
        var none = Path.Join(_folder.Path, "none.pem");
        await File.WriteAllTextAsync(none, "nothing", TestContext.Current.CancellationToken);
        (await Run("device", "add", Info, "--person", "anna", "--name", "x", "--certificate", none)).Errors.Should().Contain("no certificate");
        (await Run("device", "add", Info, "--person", "anna", "--name", "x", "--certificate", none + "x")).Errors.Should().Contain("Cannot read");
    }

    /// <returns>The common password.</returns>
    private async Task<string> PrepareAsync(X509Certificate2 certificate)
    {
        await Run("domain", "add", "example.org");
        var password = (await Run("account", "add", Info, "--json")).Json.GetProperty("password").GetString()!;
        await Run("person", "add", "Anna", "--login", "anna");
        await Run("member", "add", Info, "anna");
        var added = await Run("device", "add", Info, "--person", "anna", "--name", "laptop", "--certificate", Pem(certificate));
        added.Text.Should().Contain("Password   none", added.Errors);
        return password;
    }

    private Task<RunningServer> StartAsync()
    {
        var file = Path.Join(_folder.Path, "members.pem");
        File.WriteAllText(file, _authority.ExportCertificatePem());
        return RunningServer.StartAsync(_folder.Data, new TlsOptions { ClientCertificates = file });
    }

    private string Pem(X509Certificate2 certificate)
    {
        var file = Path.Join(_folder.Path, $"{certificate.SerialNumber}.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync(["--data", _folder.Data, .. arguments]);

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=members", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now.AddDays(365));
    }

    private X509Certificate2 Issue(string address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Anna", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress(address);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _authority, DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now.AddDays(30), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
