using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AwesomeAssertions;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Net.Connections;
using Casella.Smtp.Inbound;
using Casella.Smtp.Outbound;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Smtp.Tests;

/// <summary>Attacks of the catalogue (tests/Casella.Architecture/Attacks) that no other test has as its subject.</summary>
public sealed class AttackTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        services => services.AddCasellaSmtp(new SmtpOptions { TarpitAfter = 1_000 }, new InboundOptions(), "mail.example.org"),
        services =>
        [
            (TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx)),
            (TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Submission)),
        ]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>A2: what a server, or who stands before it, says behind its go-ahead is not taken for its word under TLS.</summary>
    [Fact]
    public async Task A_servers_words_before_TLS_are_nothing()
    {
        using var sink = new TcpListener(IPAddress.Loopback, 0);
        sink.Start();
        var heard = HostileAsync(sink);
        var options = new OutboundOptions { CommandTime = TimeSpan.FromSeconds(5) };
        await using var server = await RemoteServer.ConnectAsync((IPEndPoint)sink.LocalEndpoint, options, "mail.example.net", TestContext.Current.CancellationToken);

        var start = () => server.StartTlsAsync(new SslClientAuthenticationOptions { TargetHost = "sink" }, TestContext.Current.CancellationToken);

        (await start.Should().ThrowAsync<RemoteFailureException>()).Which.Status.Should().Be("4.7.5");
        await server.DisposeAsync();
        (await heard).Should().NotContain("AUTH");
    }

    /// <summary>A8: no password is asked for, or looked at, in clear.</summary>
    [Theory]
    [InlineData("AUTH PLAIN AGluZm9AZXhhbXBsZS5vcmcAY29ycmVjdCBob3JzZQ==")]
    [InlineData("AUTH LOGIN")]
    [InlineData("AUTH SCRAM-SHA-256 biwsbj1hLHI9Yg==")]
    public async Task Nobody_signs_in_in_clear(string command)
    {
        var replies = await TalkAsync(1, $"EHLO x\r\n{command}\r\nMAIL FROM:<info@example.org>\r\nQUIT\r\n");
        replies.Should().NotContain(reply => reply.Contains("AUTH", StringComparison.Ordinal) || reply.StartsWith("235", StringComparison.Ordinal) || reply.StartsWith("334", StringComparison.Ordinal));
        replies.Should().Contain(reply => reply.StartsWith("538", StringComparison.Ordinal) || reply.StartsWith("530", StringComparison.Ordinal));
    }

    /// <summary>A11: VRFY and EXPN say the same of everybody.</summary>
    [Fact]
    public async Task Who_is_here_is_not_told()
    {
        var replies = await TalkAsync(0, "EHLO x\r\nVRFY info@example.org\r\nVRFY nobody@example.org\r\nEXPN info\r\nEXPN nobody\r\nQUIT\r\n");
        var answers = replies.Where(reply => reply.StartsWith("252", StringComparison.Ordinal) || reply.StartsWith("502", StringComparison.Ordinal)).ToList();
        answers.Should().HaveCount(4);
        answers.Distinct(StringComparer.Ordinal).Should().HaveCount(2);
    }

    /// <summary>A22: a browser that is made to speak to a mail port (ALPACA) is not listened to.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("POST /x HTTP/1.0")]
    [InlineData("OPTIONS * HTTP/1.1")]
    [InlineData("CONNECT mail.example.org:25 HTTP/1.1")]
    public async Task A_browser_is_sent_away_before_its_body(string verb)
    {
        var replies = await TalkAsync(0, $"{verb}\r\nHost: mail.example.org\r\n\r\nEHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<info@example.org>\r\n");
        replies.Should().ContainSingle().Which.Should().StartWith("421 ");
    }

    /// <summary>A22: nothing older than TLS 1.2.</summary>
    [Fact]
    public async Task Old_TLS_is_refused()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _server.Ports[0], TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("EHLO x\r\nSTARTTLS\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("220 2", StringComparison.Ordinal))
            line.Should().NotStartWith("5");
        await using var tls = new SslStream(stream);
#pragma warning disable CA5397, SYSLIB0039, CA5359 // what is tried is what must fail
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "mail.example.org",
            EnabledSslProtocols = SslProtocols.Tls | SslProtocols.Tls11,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
#pragma warning restore CA5397, SYSLIB0039, CA5359
        var handshake = () => tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        await handshake.Should().ThrowAsync<Exception>().Where(failure => failure is AuthenticationException || failure is IOException);
    }

    /// <summary>A23: nobody says himself from where he comes.</summary>
    [Fact]
    public async Task A_forged_origin_is_no_command()
    {
        string[] commands =
        [
            "PROXY TCP4 127.0.0.1 127.0.0.1 1234 25",
            "PROXY TCP6 ::1 ::1 1234 25",
            "PROXY UNKNOWN",
            "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c\u007f\0\0\u0001\u007f\0\0\u0001\u0004\u00d2\0\u0019",
            "XCLIENT NAME=mail.google.com ADDR=[UNAVAILABLE]",
            "X-Forwarded-For: 127.0.0.1",
            "Forwarded: for=127.0.0.1",
            "XCLIENT ADDR=127.0.0.1 LOGIN=info@example.org",
            "XFORWARD ADDR=127.0.0.1",
        ];
        foreach (var command in commands)
        {
            var replies = await TalkAsync(0, $"{command}\r\nEHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<victim@elsewhere.test>\r\nQUIT\r\n");
            replies.Should().Contain(reply => reply.StartsWith("500", StringComparison.Ordinal));
            // The second form of PROXY says QUIT to who does not know it; behind the others nobody has become one of us.
            replies[^1].Should().StartWith("221 ");
            if (replies.Count > 5)
                replies.Should().Contain(reply => reply.StartsWith("550 5.7.1", StringComparison.Ordinal));
            replies.Should().NotContain(reply => reply.StartsWith("235", StringComparison.Ordinal) || reply.StartsWith("250 2.1.5", StringComparison.Ordinal));
        }
    }

    /// <summary>A23: what stands in Received is the address that the connection came from, and nobody's word.</summary>
    [Fact]
    public async Task The_origin_that_is_written_down_is_the_connections_own()
    {
        await TalkAsync(0, "PROXY TCP4 192.0.2.99 127.0.0.1 1234 25\r\nXCLIENT ADDR=192.0.2.99\r\nEHLO [192.0.2.99]\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<info@example.org>\r\nDATA\r\nX-Forwarded-For: 192.0.2.99\r\n\r\nx\r\n.\r\nQUIT\r\n");
        var account = await _server.OpenAsync("info@example.org");
        var tree = await account.GetTreeAsync(TestContext.Current.CancellationToken);
        var snapshot = await account.GetSnapshotAsync(tree.Find(MailboxName.Inbox)!.Id, TestContext.Current.CancellationToken);
        await using var content = await account.OpenAsync(snapshot[0].Email, TestContext.Current.CancellationToken);
        Encoding.Latin1.GetString((await content.ReadAsync(0, content.Size, TestContext.Current.CancellationToken)).Span)
            .Should().Contain("Received: from [192.0.2.99] ([127.0.0.1])");
    }

    /// <summary>A15: however much is asked at once, it is answered in turn, and who only makes mistakes is sent away.</summary>
    [Fact]
    public async Task A_flood_of_commands_ends_and_others_are_served()
    {
        (string Command, int Times, int Answered)[] floods =
        [
            ("NOOP", 20_000, 20_000),
            ("RSET", 20_000, 20_000),
            ("EHLO x", 5_000, 5_000),
            ("RCPT TO:<info@example.org>", 20_000, 20_000),
            ("RCPT TO:<nobody@example.org>", 100_000, 50),
            ("MAIL FROM:<a@b.test>", 100_000, 50),
            ("FOO", 100_000, 50),
        ];
        foreach (var (command, times, answered) in floods)
            await FloodAsync(command, times, answered);
    }

    private async Task FloodAsync(string command, int times, int answered)
    {
        using var peer = new TcpClient();
        await peer.ConnectAsync(IPAddress.Loopback, _server.Ports[0], TestContext.Current.CancellationToken);
        await using var stream = peer.GetStream();
        var answers = CountAsync(stream);
        try
        {
            await stream.WriteAsync("EHLO x\r\nMAIL FROM:<a@b.test>\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(command + "\r\n", times)) + "QUIT\r\n"), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Sent away in the midst of it.
        }

        var lines = await answers;
        if (answered == times)
            lines.Should().BeGreaterThanOrEqualTo(times, command);
        else
            lines.Should().BeGreaterThan(20, command).And.BeLessThanOrEqualTo(answered, command);
        (await TalkAsync(0, "EHLO x\r\nQUIT\r\n"))[^1].Should().StartWith("221", "others are served");
    }

    /// <summary>A13: NUL and eight bits where they do not belong.</summary>
    [Theory]
    [InlineData("MAIL FROM:<a\0@b.test>")]
    [InlineData("MAIL FROM:<\u00e8@b.test>")]
    [InlineData("MAIL FROM:<a@b.test>\0")]
    [InlineData("\0MAIL FROM:<a@b.test>")]
    public async Task Odd_octets_in_a_command_are_refused(string command)
    {
        var replies = await TalkAsync(0, $"EHLO x\r\n{command}\r\nQUIT\r\n");
        replies[^2].Should().MatchRegex("^5(00|01|53)");
        replies[^1].Should().StartWith("221");
    }

    /// <summary>A17: the same good mail again and again is one message in the mailbox.</summary>
    [Fact]
    public async Task A_replayed_message_is_one_message()
    {
        const string Mail = "From: anna@example.net\r\nMessage-ID: <1@example.net>\r\nSubject: x\r\n\r\nhello\r\n.\r\n";
        for (var i = 0; i < 5; i++)
            (await TalkAsync(0, $"EHLO x\r\nMAIL FROM:<anna@example.net>\r\nRCPT TO:<info@example.org>\r\nDATA\r\n{Mail}QUIT\r\n"))[^2].Should().StartWith("250");
        var account = await _server.OpenAsync("info@example.org");
        var tree = await account.GetTreeAsync(TestContext.Current.CancellationToken);
        (await account.GetSnapshotAsync(tree.Find(MailboxName.Inbox)!.Id, TestContext.Current.CancellationToken)).Count.Should().Be(1);
    }

    /// <summary>A5: whatever line ends somebody has put into a message, the next server sees one message with CRLF.</summary>
    [Fact]
    public async Task Nothing_is_smuggled_out()
    {
        using var sink = new TcpListener(IPAddress.Loopback, 0);
        sink.Start();
        var heard = TakeAsync(sink);
        var text = "From: anna@example.org\r\nSubject: x\r\n\r\none\n.\nMAIL FROM:<forged@example.org>\n\r.\r\rtwo\r\n.\r\nthree\r\n";
        await using var content = MessageStaging.FromBytes(Encoding.ASCII.GetBytes(text));
        EmailAddress.TryParse("x@there.test", out var recipient).Should().BeTrue();
        await using (var server = await RemoteServer.ConnectAsync((IPEndPoint)sink.LocalEndpoint, new OutboundOptions(), "mail.example.net", TestContext.Current.CancellationToken))
        {
            var fates = await server.SendAsync(
                new OutboundMail("there.test", null, [new SubmissionRecipient(recipient, null, null)], content, null, null), "there.test", TestContext.Current.CancellationToken);
            fates.Should().ContainSingle().Which.Kind.Should().Be(FateKind.Delivered);
        }

        var octets = await heard;
        octets.Replace("\r\n", "", StringComparison.Ordinal).Should().NotContain("\n").And.NotContain("\r");
        octets.Split("\r\n.\r\n").Should().HaveCount(2, "one message has one end");
    }

    /// <summary>A server that promises TLS and injects an answer behind its go-ahead; what the client says then.</summary>
    private static async Task<string> HostileAsync(TcpListener sink)
    {
        using var client = await sink.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await stream.WriteAsync("220 sink\r\n"u8.ToArray());
        await reader.ReadLineAsync();
        await stream.WriteAsync("250-sink\r\n250 STARTTLS\r\n"u8.ToArray());
        await reader.ReadLineAsync();
        await stream.WriteAsync("220 go\r\n250-sink\r\n250 AUTH PLAIN\r\n"u8.ToArray());
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>A server that takes everything; the octets from DATA's go-ahead on.</summary>
    private static async Task<string> TakeAsync(TcpListener sink)
    {
        using var client = await sink.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        await stream.WriteAsync("220 sink\r\n"u8.ToArray());
        var all = new StringBuilder();
        var piece = new byte[4096];
        var isContent = false;
        for (var read = await stream.ReadAsync(piece); read > 0; read = await stream.ReadAsync(piece))
        {
            var text = Encoding.Latin1.GetString(piece, 0, read);
            if (isContent)
            {
                all.Append(text);
                if (!all.ToString().EndsWith("\r\n.\r\n", StringComparison.Ordinal))
                    continue;
                await stream.WriteAsync("250 taken\r\n"u8.ToArray());
                return all.ToString();
            }

            isContent = text.StartsWith("DATA", StringComparison.Ordinal);
            await stream.WriteAsync(isContent ? "354 go\r\n"u8.ToArray() : "250 ok\r\n"u8.ToArray());
        }

        return all.ToString();
    }

    /// <summary>Lines up to the end of the connection.</summary>
    private static async Task<int> CountAsync(NetworkStream stream)
    {
        var (lines, piece) = (0, new byte[65_536]);
        try
        {
            for (var read = await stream.ReadAsync(piece); read > 0; read = await stream.ReadAsync(piece))
                lines += piece.AsSpan(0, read).Count((byte)'\n');
        }
        catch (IOException)
        {
            // Closed with octets unread: the end, too.
            return lines;
        }

        return lines;
    }

    /// <summary>All replies to what is said at once, without the greeting.</summary>
    private async Task<List<string>> TalkAsync(int port, string text)
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[port], tls: false);
        await client.LineAsync();
        await client.SendRawAsync(text);
        var replies = new List<string>();
        while (await client.LineAsync() is { Length: > 0 } line)
            replies.Add(line);
        return replies;
    }
}
