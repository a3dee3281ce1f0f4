using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Server;

namespace Casella.Journeys;

/// <summary>
/// Journey 6: a telephone is lost. Its password is revoked while it reads, polls and sends: within a second it is out
/// of everything, told why, and nobody else notices.
/// </summary>
public sealed class J6ADeviceIsRevoked(SharedServer shared)
{
    /// <summary>A second is promised; a busy machine gets five. Who is not told waits for half an hour.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private readonly CasellaServer _server = shared.Server;

    [Fact]
    public async Task Revocation_ends_idle_POP3_submission_and_ManageSieve_within_a_second_and_leaves_the_others()
    {
        var info = await _server.AddMailboxAsync("info");
        var lost = await AddDeviceAsync(info, "anna", "Anna's phone");
        var kept = await AddDeviceAsync(info, "marco", "Marco's phone");
        using var idle = await IdleAsync(info, lost);
        using var pop3 = await Pop3Async(info, lost);
        using var sending = await SubmissionAsync(info, lost);
        using var filters = await ManageSieveAsync(info, lost);
        using var other = await IdleAsync(info, kept);

        var revoked = await _server.CommandAsync("device", "revoke", info.Address, "Anna's phone", "--yes");

        var since = Stopwatch.StartNew();
        revoked.Output.Should().Contain("4 open sessions ended");
        (await idle.LineAsync()).Should().Be("* BYE This device's password is no longer valid");
        (await pop3.LineAsync()).Should().Be("-ERR [SYS/PERM] this device's password is no longer valid, goodbye");
        (await sending.LineAsync()).Should().Be("421 4.7.0 localhost closes the connection: this device's password is no longer valid");
        (await filters.LineAsync()).Should().StartWith("BYE ");
        foreach (var session in new[] { idle, pop3, sending, filters })
            (await session.LineAsync()).Should().BeNull("it is closed");
        since.Elapsed.Should().BeLessThan(Soon);
        await other.SendAsync("DONE");
        (await other.LineAsync()).Should().StartWith("b OK");
        using var again = await ConnectAsync(_server.Ports.Imaps);
        await again.SendAsync($"a LOGIN {info.Address} {lost}");
        (await again.LineAsync()).Should().StartWith("a NO [AUTHENTICATIONFAILED]");
    }

    [Fact]
    public async Task A_session_that_is_in_the_midst_of_a_message_is_cut_off()
    {
        var info = await _server.AddMailboxAsync("info");
        var password = await AddDeviceAsync(info, "anna", "Anna's phone");
        using var imap = await SignInAsync(info, password);
        await imap.SendAsync("b APPEND INBOX {100000}");
        (await imap.LineAsync()).Should().StartWith("+ ");
        await imap.SendAsync("Subject: the rest never comes");

        await _server.CommandAsync("device", "revoke", info.Address, "Anna's phone", "--yes");

        var since = Stopwatch.StartNew();
        (await imap.LineAsync()).Should().BeNull();
        since.Elapsed.Should().BeLessThan(Soon);
    }

    [Fact]
    public async Task Who_may_only_read_sees_the_mailbox_read_only()
    {
        var info = await _server.AddMailboxAsync("info");
        var password = await AddDeviceAsync(info, "anna", "Anna's phone", "read");
        using var imap = await SignInAsync(info, password);

        await imap.SendAsync("b SELECT INBOX");
        var lines = new List<string>();
        while (lines.Count == 0 || !lines[^1].StartsWith("b ", StringComparison.Ordinal))
            lines.Add((await imap.LineAsync())!);
        lines.Should().Contain("* OK [PERMANENTFLAGS ()] No flag can be changed");
        lines[^1].Should().Be("b OK [READ-ONLY] SELECT completed");
        await imap.SendAsync("c CREATE New");
        (await imap.LineAsync()).Should().Be("c NO [NOPERM] Not permitted");
    }

    /// <summary>The password, as the office reads it out.</summary>
    private async Task<string> AddDeviceAsync(Mailbox mailbox, string person, string name, string rights = "read,work,send")
    {
        var login = $"{person}-{mailbox.Address}";
        await _server.CommandAsync("person", "add", person, "--login", login);
        await _server.CommandAsync("member", "add", mailbox.Address, login, "--rights", rights);
        var added = await _server.CommandAsync("device", "add", mailbox.Address, "--person", login, "--name", name, "--json");
        return JsonDocument.Parse(added.Output).RootElement.GetProperty("password").GetString()!;
    }

    private static Task<Conversation> ConnectAsync(int port) => Conversation.OpenAsync(port);

    private async Task<Conversation> SignInAsync(Mailbox mailbox, string password)
    {
        var imap = await ConnectAsync(_server.Ports.Imaps);
        await imap.SendAsync($"a LOGIN {mailbox.Address} {password}");
        (await imap.LineAsync()).Should().StartWith("a OK");
        return imap;
    }

    private async Task<Conversation> IdleAsync(Mailbox mailbox, string password)
    {
        var imap = await SignInAsync(mailbox, password);
        await imap.SendAsync("b IDLE");
        (await imap.LineAsync()).Should().StartWith("+ ");
        return imap;
    }

    private async Task<Conversation> Pop3Async(Mailbox mailbox, string password)
    {
        var pop3 = await ConnectAsync(_server.Ports.Pop3s);
        foreach (var line in new[] { $"USER {mailbox.Address}", $"PASS {password.ToUpperInvariant()}" })
        {
            await pop3.SendAsync(line);
            (await pop3.LineAsync()).Should().StartWith("+OK");
        }

        return pop3;
    }

    private async Task<Conversation> SubmissionAsync(Mailbox mailbox, string password)
    {
        var smtp = await ConnectAsync(_server.Ports.Submissions);
        await smtp.SendAsync("HELO client.example.org");
        (await smtp.LineAsync()).Should().StartWith("250 ");
        await smtp.SendAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{mailbox.Address}\0{password.Replace('-', ' ')}"))}");
        (await smtp.LineAsync()).Should().StartWith("235 ");
        return smtp;
    }

    /// <summary>RFC 5804 §1.7, §2.2: its capabilities end with OK, and come again behind TLS.</summary>
    private async Task<Conversation> ManageSieveAsync(Mailbox mailbox, string password)
    {
        var filters = await Conversation.OpenPlainAsync(_server.Ports.ManageSieve);
        await filters.OkAsync();
        await filters.SendAsync("STARTTLS");
        await filters.OkAsync();
        await filters.StartTlsAsync();
        await filters.OkAsync();
        await filters.SendAsync($"AUTHENTICATE \"PLAIN\" \"{Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{mailbox.Address}\0{password}"))}\"");
        await filters.OkAsync();
        return filters;
    }

    /// <summary>A client that sends and reads lines under TLS; the greeting has been read.</summary>
    private sealed class Conversation : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        private readonly TcpClient _tcp = new();
        private Stream _stream = null!;
        private StreamReader _lines = null!;

        public static async Task<Conversation> OpenAsync(int port)
        {
            var conversation = await OpenPlainAsync(port);
            await conversation.StartTlsAsync();
            _ = await conversation.LineAsync();
            return conversation;
        }

        /// <summary>Without TLS; nothing has been read.</summary>
        public static async Task<Conversation> OpenPlainAsync(int port)
        {
            var conversation = new Conversation();
            await conversation._tcp.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
            conversation.Use(conversation._tcp.GetStream());
            return conversation;
        }

        public async Task StartTlsAsync()
        {
#pragma warning disable CA5359 // the server of this test, on loopback
            var tls = new SslStream(_stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
            await tls.AuthenticateAsClientAsync("localhost");
            Use(tls);
        }

        /// <summary>Reads up to the line that says OK.</summary>
        public async Task OkAsync()
        {
            while (await LineAsync() is var line && line?.StartsWith("OK", StringComparison.Ordinal) != true)
                line.Should().NotBeNull().And.NotStartWith("NO").And.NotStartWith("BYE");
        }

        public async Task SendAsync(string line) =>
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), TestContext.Current.CancellationToken);

        /// <summary>Null at the end of the connection.</summary>
        public async Task<string?> LineAsync()
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            try
            {
                return await _lines.ReadLineAsync(patience.Token);
            }
            catch (IOException)
            {
                // Cut off without a close_notify: the end, too.
                return null;
            }
        }

        private void Use(Stream stream) => (_stream, _lines) = (stream, new StreamReader(stream, Encoding.UTF8));

        public void Dispose()
        {
            _lines.Dispose();
            _tcp.Dispose();
        }
    }
}
