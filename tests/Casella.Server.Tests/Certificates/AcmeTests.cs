using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AwesomeAssertions;
using Casella.Net.Dns;
using Casella.Server.Options;

namespace Casella.Server.Tests.Certificates;

/// <summary>
/// Certificates from an authority that was not written by us, which really comes and looks: by each of the three ways.
/// </summary>
public sealed class AcmeTests(PebbleAuthority authority) : IClassFixture<PebbleAuthority>, IDisposable
{
    private const string Host = "mail.example.test";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_on_port_80_proves_the_names_and_every_name_gets_its_own_certificate()
    {
        (await RunAsync("domain", "add", "example.test")).ExitCode.Should().Be(0);
        await using var server = await StartAsync(AcmeChallenge.Http);
        using var first = await UntilMadeAsync(server, Host);

        Names(first).Should().Equal(Host, "imap.example.test");
        first.GetECDsaPublicKey().Should().NotBeNull();
        using (var policy = await UntilMadeAsync(server, "mta-sts.example.test"))
            Names(policy).Should().BeEquivalentTo("mta-sts.example.test", "autoconfig.example.test", "autodiscover.example.test", "ua-auto-config.example.test");
        await PolicyIsServedAsync();

        var status = await RunAsync("certificate", "status");
        (status.ExitCode, status.Text).Should().Match(((int Code, string Text) it) => it.Code == 0 && it.Text.Contains("127.0.0.1", StringComparison.Ordinal));
        var renewed = await RunAsync("certificate", "renew");
        (renewed.ExitCode, renewed.Errors).Should().Be((0, ""));
        renewed.Text.Should().Contain("server: made for mail.example.test, imap.example.test");
        using var second = await ShownAsync(server, Host);
        second.SerialNumber.Should().NotBe(first.SerialNumber, "it is used without a restart");

        var key = await File.ReadAllTextAsync(AccountKey(), Stop);
        (await RunAsync("certificate", "change-key")).Text.Should().Contain("has a new key");
        (await File.ReadAllTextAsync(AccountKey(), Stop)).Should().NotBe(key);
        (await RunAsync("certificate", "renew")).ExitCode.Should().Be(0, "the account is the new key's");
    }

    [Fact]
    public async Task A_certificate_on_port_443_proves_the_names()
    {
        await using var server = await StartAsync(AcmeChallenge.TlsAlpn);
        using var made = await UntilMadeAsync(server, Host);

        Names(made).Should().Equal(Host, "imap.example.test");
    }

    [Fact]
    public async Task A_record_in_DNS_proves_the_names_and_is_gone_afterwards()
    {
        await using var server = await StartAsync(AcmeChallenge.Dns);
        using var made = await UntilMadeAsync(server, "imap.example.test");

        Names(made).Should().Equal(Host, "imap.example.test");
        var dns = new NetworkDnsResolver(new DnsOptions { Server = $"127.0.0.1:{authority.DnsPort}" });
        (await dns.TxtAsync($"_acme-challenge.{Host}", Stop)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_hinders_the_authority_is_said_and_the_server_serves_on_with_its_own()
    {
        await using var server = await StartAsync(AcmeChallenge.Http, "elsewhere.example.test");
        for (var start = Stopwatch.StartNew(); start.Elapsed < Patience && !File.Exists(Path.Join(_folder.Data, "tls", "acme", "server.state"));)
            await Task.Delay(100, Stop);

        var status = await RunAsync("certificate", "status");
        (status.ExitCode, status.Text).Should().Match(((int Code, string Text) it) => it.Code == 1 && it.Text.Contains("elsewhere.example.test", StringComparison.Ordinal));
        using var shown = await ShownAsync(server, Host);
        shown.Issuer.Should().Contain("Casella local CA");
    }

    [Fact]
    public async Task A_zone_is_not_changed_with_another_secret()
    {
        var server = new IPEndPoint(IPAddress.Loopback, authority.DnsPort);
        var stranger = UpdateKey.Parse("key casella { algorithm hmac-sha256; secret \"AAAAAAAAAAAAAAAAAAAAAA==\"; };");

        var act = () => new DnsUpdate(server, stranger, TimeProvider.System).AddTxtAsync("x.example.test", "y", Stop);

        (await act.Should().ThrowAsync<DnsUpdateException>()).WithMessage("*BADSIG*");
    }

    private Task<RunningServer> StartAsync(AcmeChallenge challenge, string also = "imap.example.test") => RunningServer.StartAsync(_folder.Data, change: options => options with
    {
        HostName = Host,
        Dns = new DnsOptions { Server = $"127.0.0.1:{authority.DnsPort}" },
        Listeners = options.Listeners with
        {
            Http = new ListenerAddress(IPAddress.Loopback, authority.HttpPort, IsOff: false),
            Https = new ListenerAddress(IPAddress.Loopback, authority.HttpsPort, IsOff: false),
        },
        Tls = new TlsOptions
        {
            Acme = new AcmeOptions
            {
                Directory = authority.Directory,
                AcceptTerms = true,
                Contact = "office@example.test",
                Challenge = challenge,
                Names = also,
                Authorities = authority.AuthorityFile,
                DnsServer = $"127.0.0.1:{authority.DnsPort}",
                DnsKey = authority.DnsKey,
                DnsWait = TimeSpan.Zero,
            },
        },
    });

    private async Task<CommandResult> RunAsync(params string[] arguments) => await CommandResult.OfAsync(
    [
        "--data", _folder.Data, "--HostName=" + Host, "--Tls:Acme:Directory=" + authority.Directory, "--Tls:Acme:AcceptTerms=true", .. arguments,
    ]);

    private string AccountKey() => Directory.EnumerateFiles(Path.Join(_folder.Data, "tls", "acme"), "account-*.key").Single();

    private static async Task<X509Certificate2> UntilMadeAsync(RunningServer server, string name)
    {
        for (var start = Stopwatch.StartNew(); ; await Task.Delay(100, Stop))
        {
            var shown = await ShownAsync(server, name);
            if (Names(shown).Contains(name, StringComparer.Ordinal) && shown.Issuer.Contains("Pebble", StringComparison.Ordinal))
                return shown;
            shown.Dispose();
            start.Elapsed.Should().BeLessThan(Patience, "{0} should have a certificate by now", name);
        }
    }

    /// <summary>What IMAP shows to who asks for a name.</summary>
    private static async Task<X509Certificate2> ShownAsync(RunningServer server, string name)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, server.Server.Status().Listeners.Single(l => l.Service is "IMAP" && l.Encryption is "SSL/TLS").Port, Stop);
#pragma warning disable CA5359 // which one it is, is what the test asks
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }, Stop);
        return new X509Certificate2(tls.RemoteCertificate!);
    }

    private async Task PolicyIsServedAsync()
    {
#pragma warning disable CA5359 // pebble's root is nobody's; the name is what counts here
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, errors) => (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None },
        };
#pragma warning restore CA5359
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://mta-sts.example.test:{authority.HttpsPort}/.well-known/mta-sts.txt")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await http.SendAsync(request, Stop);

        (await answer.Content.ReadAsStringAsync(Stop)).Should().Be($"version: STSv1\nmode: enforce\nmx: {Host}\nmax_age: 604800\n");
        answer.Version.Should().Be(HttpVersion.Version20);
        answer.Headers.GetValues("Strict-Transport-Security").Should().ContainSingle();
        (await http.GetAsync(new Uri($"https://mta-sts.elsewhere.test:{authority.HttpsPort}/.well-known/mta-sts.txt"), Stop).ContinueWith(it => it.IsFaulted, TaskScheduler.Default))
            .Should().BeTrue("nobody has a certificate for it");
    }

    private static IEnumerable<string> Names(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames());
}
