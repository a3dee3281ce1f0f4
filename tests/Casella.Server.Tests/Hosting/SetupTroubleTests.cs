using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using AwesomeAssertions;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.Hosting;

/// <summary>
/// What keeps a program from coming as far as a password is told to who sets it up: wrong port, no TLS, a certificate that
/// it does not take, a clock that is wrong. The programs are real sockets and openssl.
/// </summary>
public sealed class SetupTroubleTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly Channel<SignInTrial> _told = Channel.CreateUnbounded<SignInTrial>();
    private RunningServer _server = null!;
    private IDisposable _watch = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_folder.Data);
        var services = _server.Server.Services;
        var (directory, people, devices) = (services.GetRequiredService<MailDirectory>(), services.GetRequiredService<People>(), services.GetRequiredService<Devices>());
        await directory.AddDomainAsync("example.test", Stop);
        await directory.AddAccountAsync(new AccountToAdd("info@example.test", "correct-horse-battery-9", null, null), Stop);
        await people.AddAsync(new PersonToAdd("Anna", "anna", Language.Italian, null), Stop);
        await people.SetMemberAsync("info@example.test", "anna", MemberRights.All, Stop);
        var phone = await devices.AddAsync(new DeviceToAdd("info@example.test", "anna", "phone", DeviceProtocols.All), Stop);
        _watch = await devices.WatchAsync(phone.Device, IPAddress.Loopback, trial => _told.Writer.TryWrite(trial), Stop);
    }

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("IMAP", AccessProtocol.Imap)]
    [InlineData("POP3", AccessProtocol.Pop3)]
    [InlineData("SMTP submission", AccessProtocol.Submission)]
    [InlineData("SMTP (mail from other servers)", AccessProtocol.Submission)]
    public async Task Tls_on_a_port_that_begins_in_clear_text_is_the_wrong_port_and_ends_at_once(string service, AccessProtocol protocol)
    {
        using var program = await ConnectAsync(service, "STARTTLS");
        await ReadAsync(program);
        // RFC 8446 §4.1.2: the beginning of a hello.
        await program.SendAsync(Convert.FromHexString("16030100f8010000f40303"), Stop);

        (await NextAsync()).Should().BeEquivalentTo(new { Protocol = protocol, Outcome = SignInOutcome.WrongPort }, options => options.ExcludingMissingMembers());
        (await ReadAsync(program)).Should().BeEmpty("a program must not wait for minutes");
    }

    [Fact]
    public async Task A_sign_in_where_other_servers_bring_mail_is_the_wrong_port()
    {
        using var program = await ConnectAsync("SMTP (mail from other servers)", "STARTTLS");
        await ReadAsync(program);
        await program.SendAsync(Encoding.ASCII.GetBytes("EHLO pc.example.test\r\n"), Stop);
        await ReadAsync(program);
        await program.SendAsync(Encoding.ASCII.GetBytes("AUTH PLAIN AGluZm8AeA==\r\n"), Stop);

        (await NextAsync()).Outcome.Should().Be(SignInOutcome.WrongPort);
    }

    [Fact]
    public async Task Clear_text_on_a_port_of_tls_is_no_tls_and_a_look_whether_it_is_open_is_nothing()
    {
        using (await ConnectAsync("IMAP", "SSL/TLS"))
        {
        }

        using var program = await ConnectAsync("SMTP submission", "SSL/TLS");
        await program.SendAsync(Encoding.ASCII.GetBytes("EHLO pc.example.test\r\n"), Stop);

        (await NextAsync()).Should().BeEquivalentTo(
            new { Protocol = AccessProtocol.Submission, Outcome = SignInOutcome.WithoutTls }, options => options.ExcludingMissingMembers());
    }

    [Theory]
    [InlineData(0, "-tls1_3", SignInOutcome.CertificateRefused)]
    [InlineData(0, "-tls1_2", SignInOutcome.CertificateRefused)]
    [InlineData(1, "-tls1_3", SignInOutcome.WrongClock)]
    [InlineData(1, "-tls1_2", SignInOutcome.WrongClock)]
    public async Task A_certificate_that_nobody_knows_is_told_from_a_clock_that_is_wrong(int yearsAhead, string version, SignInOutcome outcome)
    {
        var clock = DateTimeOffset.UtcNow.AddYears(2 * yearsAhead).ToUnixTimeSeconds();
        string[] trust = yearsAhead > 0 ? ["-CAfile", Path.Join(_folder.Data, "tls", "ca.pem")] : ["-no-CAfile", "-no-CApath", "-no-CAstore"];
        // A program that closes with something unread resets the connection, and its alert may be lost: as programs do, it tries again.
        Task<SignInTrial> next = NextAsync();
        for (var i = 0; i < 4 && !next.IsCompleted; i++)
        {
            await OpenSslAsync(["-connect", $"127.0.0.1:{Port("IMAP", "SSL/TLS")}", version, "-verify_return_error", "-attime", $"{clock}", .. trust]);
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(3), Stop));
        }

        (await next).Should().BeEquivalentTo(new { Protocol = AccessProtocol.Imap, Outcome = outcome }, options => options.ExcludingMissingMembers());
    }

    [Fact]
    public async Task After_starttls_it_is_told_as_well()
    {
        await OpenSslAsync(["-connect", $"127.0.0.1:{Port("SMTP submission", "STARTTLS")}", "-starttls", "smtp", "-verify_return_error", "-no-CAfile", "-no-CApath", "-no-CAstore"]);

        (await NextAsync()).Should().BeEquivalentTo(
            new { Protocol = AccessProtocol.Submission, Outcome = SignInOutcome.CertificateRefused }, options => options.ExcludingMissingMembers());
    }

    private int Port(string service, string encryption) => _server.Server.Status().Listeners.Single(one =>
        string.Equals(one.Service, service, StringComparison.Ordinal) && string.Equals(one.Encryption, encryption, StringComparison.Ordinal)).Port;

    private async Task<Socket> ConnectAsync(string service, string encryption)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port(service, encryption)), Stop);
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Stop).AsTask().WaitAsync(Patience));
    }

    private async Task<SignInTrial> NextAsync() => await _told.Reader.ReadAsync(Stop).AsTask().WaitAsync(Patience);

    private static async Task OpenSslAsync(IEnumerable<string> arguments)
    {
        using var program = Process.Start(new ProcessStartInfo("openssl", ["s_client", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        program.StandardInput.Close();
        await Task.WhenAll(program.StandardOutput.ReadToEndAsync(Stop), program.StandardError.ReadToEndAsync(Stop));
        await program.WaitForExitAsync(Stop);
        program.ExitCode.Should().NotBe(0, "it does not take the certificate");
    }
}
