using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AwesomeAssertions;
using Casella.Net;
using Casella.Net.Connections;
using Casella.Smtp.Inbound;
using Casella.Smtp.Tests.World;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Smtp.Tests;

/// <summary>A22: what TLS must not be, on a port that begins with it and behind STARTTLS.</summary>
public sealed class TlsAttackTests(TlsAttackTests.World world) : IClassFixture<TlsAttackTests.World>
{
    private const int EcdsaGcm = 0xC02B, RsaGcm = 0xC02F;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_right_is_answered() =>
        (await new ClientHello(EcdsaGcm, RsaGcm).SayAsync(world.Port, Stop)).Should().StartWith([ClientHello.HandshakeRecord]);

    [Theory]
    [InlineData("TLS 1.0", 0x0301, EcdsaGcm, RsaGcm)]
    [InlineData("TLS 1.1", 0x0302, EcdsaGcm, RsaGcm)]
    [InlineData("SSL 3", 0x0300, EcdsaGcm, RsaGcm)]
    [InlineData("RC4", 0x0303, 0x0005, 0xC011, 0xC007)]
    [InlineData("3DES", 0x0303, 0x000A, 0xC012, 0xC008)]
    [InlineData("CBC with SHA-1", 0x0303, 0xC013, 0xC014, 0xC009, 0xC00A)]
    [InlineData("CBC with SHA-1 and no forward secrecy", 0x0303, 0x002F, 0x0035)]
    [InlineData("no forward secrecy", 0x0303, 0x009C, 0x009D)]
    [InlineData("no encryption", 0x0303, 0x0001, 0x0002, 0x003B)]
    [InlineData("nobody is who he says", 0x0303, 0x0034, 0x00A6, 0xC018)]
    [InlineData("export", 0x0303, 0x0003, 0x0008)]
    public async Task What_is_old_or_weak_is_refused(string name, int version, params int[] suites)
    {
        var answer = await new ClientHello(suites) { Version = (ushort)version }.SayAsync(world.Port, Stop);
        (answer.Length == 0 || answer[0] == ClientHello.AlertRecord).Should().BeTrue(name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("elsewhere.test")]
    [InlineData("127.0.0.1")]
    [InlineData("a\0b")]
    public async Task The_name_that_is_asked_for_opens_nothing_else(string? name)
    {
        var answer = await new ClientHello(EcdsaGcm, RsaGcm) { ServerName = name }.SayAsync(world.Port, Stop);
        // The one certificate that there is, or an alert.
        (answer.Length == 0 || answer[0] is ClientHello.HandshakeRecord or ClientHello.AlertRecord).Should().BeTrue();
        await ServesAsync();
    }

    [Theory]
    [InlineData("http/1.1")]
    [InlineData("h2,http/1.1")]
    [InlineData("ftp")]
    public async Task A_program_of_something_else_gets_no_further(string protocols)
    {
        var answer = await new ClientHello(EcdsaGcm, RsaGcm) { Protocols = protocols.Split(',') }.SayAsync(world.Port, Stop);
        (answer.Length == 0 || answer[0] == ClientHello.AlertRecord).Should().BeTrue();
        (await new ClientHello(EcdsaGcm, RsaGcm) { Protocols = ["smtp"] }.SayAsync(world.Port, Stop)).Should().StartWith([ClientHello.HandshakeRecord]);
    }

    [Theory]
    [InlineData(16_000)]
    [InlineData(64_000)]
    public async Task A_hello_of_many_octets_costs_nothing(int padding)
    {
        await new ClientHello(EcdsaGcm, RsaGcm) { Padding = padding }.SayAsync(world.Port, Stop);
        await ServesAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: mail.example.org\r\n\r\n")]
    [InlineData("EHLO x\r\nMAIL FROM:<a@b.test>\r\n")]
    [InlineData("PROXY TCP4 127.0.0.1 127.0.0.1 1234 465\r\nEHLO x\r\n")]
    [InlineData("\x16\x03\x01\xFF\xFF\x01\x00\xFF\xFF")]
    [InlineData("\x80\x2E\x01\x00\x02\x00\x15\x00\x00\x00\x10")]
    public async Task What_is_no_hello_is_told_nothing_of_mail(string octets)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, world.Port, Stop);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(octets), Stop);
        (await ReadToEndAsync(stream)).Should().NotContain("220").And.NotContain("HTTP").And.NotContain("ESMTP");
    }

    [Fact]
    public async Task A_flood_of_open_handshakes_from_one_address_is_limited_and_passes()
    {
        var flood = new List<TcpClient>();
        for (var i = 0; i < 60; i++)
        {
            flood.Add(new TcpClient());
            await flood[^1].ConnectAsync(IPAddress.Loopback, world.Port, Stop);
        }

        // None of them ever speaks: each is cut off when its time is over, and then everybody is served again.
        foreach (var silent in flood)
        {
            (await ReadToEndAsync(silent.GetStream())).Should().BeEmpty();
            silent.Dispose();
        }

        await ServesAsync();
    }

    /// <summary>By Debian's own client, which does so on "R".</summary>
    [Fact]
    public async Task Nothing_is_negotiated_again()
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["s_client", "-tls1_2", "-connect", $"127.0.0.1:{world.Port}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (said, heard) = (openssl.StandardError.ReadToEndAsync(Stop), new StringBuilder());
        while (await openssl.StandardOutput.ReadLineAsync(Stop) is { } line && heard.Append(line).Append('\n') is not null && !line.StartsWith("220 ", StringComparison.Ordinal))
            line.Should().NotContain("Cipher is (NONE)", "there is TLS first");
        await openssl.StandardInput.WriteAsync("R\nNOOP\n");
        openssl.StandardInput.Close();
        heard.Append(await openssl.StandardOutput.ReadToEndAsync(Stop));
        await openssl.WaitForExitAsync(Stop);

        heard.ToString().Should().Contain("Protocol  : TLSv1.2").And.NotContain("250 2.0.0", "nothing was said under a second handshake");
        (await said).Should().MatchRegex("RENEGOTIATING(.|\n)*(no renegotiation|unexpected eof)");
        await ServesAsync();
    }

    private async Task ServesAsync()
    {
        await using var tls = await OpenAsync(SslProtocols.None);
        using var reader = new StreamReader(tls);
        (await reader.ReadLineAsync(Stop)).Should().StartWith("220 ");
    }

    private async Task<SslStream> OpenAsync(SslProtocols protocols)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, world.Port, Stop);
#pragma warning disable CA5359, CA5398 // the server of this test, on loopback; the version is what is tried
        var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocols }, Stop);
#pragma warning restore CA5359, CA5398
        return tls;
    }

    private static async Task<string> ReadToEndAsync(NetworkStream stream)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(40));
        try
        {
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync(patience.Token);
        }
        catch (IOException)
        {
            // Reset: the end, too.
            return "";
        }
    }

    public sealed class World : IAsyncLifetime
    {
        private TestServer _server = null!;

        /// <summary>TLS from the first octet.</summary>
        public int Port => _server.Ports[0];

        public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
            services => services
                .AddCasellaSmtp(new SmtpOptions(), new InboundOptions(), "mail.example.org")
                .AddSingleton(new NetOptions { ConnectionsPerAddress = 20, HandshakeTime = TimeSpan.FromSeconds(1) }),
            services => [(TlsMode.Implicit, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Submission))]);

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
