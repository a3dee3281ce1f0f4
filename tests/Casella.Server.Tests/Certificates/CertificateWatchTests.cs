using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AwesomeAssertions;
using Casella.Net.Tls;
using Casella.Server.Certificates;
using Casella.Server.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.Certificates;

/// <summary>Certificates from elsewhere: each name gets its own, on mail's ports as on the web's, and new files are used without a restart.</summary>
public sealed class CertificateWatchTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Others => Path.Join(_folder.Path, "others");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_name_has_its_own_and_files_that_change_are_shown_to_whoever_comes_then()
    {
        Directory.CreateDirectory(Others);
        Write(_folder.Path, "own", "mail.example.org");
        Write(Others, "imap.example.net", "imap.example.net");
        var tls = new TlsOptions { Certificate = Path.Join(_folder.Path, "own.pem"), Key = Path.Join(_folder.Path, "own.key"), Others = Others };
        await using var server = await RunningServer.StartAsync(_folder.Data, tls);
        var keeper = server.Server.Services.GetRequiredService<CertificateKeeper>();

        foreach (var service in new[] { "IMAP", "Webmail" })
        {
            (await ShownAsync(server, service, "imap.example.net")).Subject.Should().Be("CN=imap.example.net");
            (await ShownAsync(server, service, "mail.example.org")).Subject.Should().Be("CN=mail.example.org");
            (await ShownAsync(server, service, "somebody.else.test")).Subject.Should().Be("CN=mail.example.org");
        }

        var before = await ShownAsync(server, "IMAP", "mail.example.org");
        await using var open = await TlsClient.ConnectAsync(server, "IMAP");
        await open.ReadAsync();
        Write(_folder.Path, "own", "mail.example.org");
        keeper.Refresh();

        (await ShownAsync(server, "IMAP", "mail.example.org")).Thumbprint.Should().NotBe(before.Thumbprint);
        (await open.CommandAsync("a NOOP")).Should().Contain("a OK", "who is in stays in");

        var now = await ShownAsync(server, "IMAP", "mail.example.org");
        _folder.Write("own.pem", "-----BEGIN CERTIFICATE-----\nhalf");
        File.SetLastWriteTimeUtc(Path.Join(_folder.Path, "own.pem"), DateTime.UtcNow.AddSeconds(5));
        keeper.Refresh();

        (await ShownAsync(server, "IMAP", "mail.example.org")).Thumbprint.Should().Be(now.Thumbprint, "what is half-written is not shown");
        keeper.Problem.Should().NotBeNull();
    }

    private void Write(string folder, string file, string name)
    {
        var authority = new LocalAuthority(Path.Join(_folder.Path, "authorities", Guid.NewGuid().ToString("N")), TimeProvider.System);
        authority.RenewServerCertificate([name]);
        File.Copy(authority.ServerFile, Path.Join(folder, $"{file}.pem"), overwrite: true);
        File.Copy(authority.ServerKeyFile, Path.Join(folder, $"{file}.key"), overwrite: true);
    }

    private static async Task<X509Certificate2> ShownAsync(RunningServer server, string service, string name)
    {
        var port = server.Server.Status().Listeners.Last(listener => listener.Service.StartsWith(service, StringComparison.Ordinal) && listener.Encryption is "SSL/TLS").Port;
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
#pragma warning disable CA5359 // which one it is, is what the test looks at
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        });
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }
}
