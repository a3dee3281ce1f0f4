using System.Net;
using System.Net.Sockets;
using System.Text;
using AwesomeAssertions;
using Casella.Core.Mailboxes;
using Casella.Net.Connections;
using Casella.Smtp.Inbound;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Smtp.Tests;

/// <summary>
/// What a hostile peer sends in one piece: ends of DATA that are none (SMTP smuggling), commands behind STARTTLS, lines
/// without end. Asserted on the wire and in the mailbox.
/// </summary>
public sealed class HostileContentTests : IAsyncLifetime
{
    private const string Begin = "EHLO x\r\nMAIL FROM:<anna@example.net>\r\nRCPT TO:<info@example.org>\r\nDATA\r\n";
    private const string Smuggled = "MAIL FROM:<forged@example.net>\r\nRCPT TO:<info@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\n.\r\n";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        services => services.AddCasellaSmtp(new SmtpOptions(), new InboundOptions(), "mail.example.org"),
        services =>
        [
            (TlsMode.StartTls, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx)),
            (TlsMode.Implicit, services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Submission)),
        ]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r.\r")]
    [InlineData("\r.\r\n")]
    [InlineData("\r\n.\n")]
    [InlineData("\r\n.\r")]
    [InlineData("\r\n\0.\r\n")]
    public async Task Only_CRLF_dot_CRLF_ends_a_message_and_bare_line_ends_are_refused(string end)
    {
        var replies = await TalkAsync($"{Begin}Subject: one\r\n\r\nbody{end}{Smuggled}QUIT\r\n");

        replies.Count(reply => reply.StartsWith("354 ", StringComparison.Ordinal)).Should().Be(1, "what follows is text of the message, not commands");
        replies.Should().Contain(reply => reply.StartsWith("554 5.6.0 ", StringComparison.Ordinal));
        (await InboxAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task However_the_octets_are_cut_the_message_is_the_same(int piece)
    {
        var text = $"{Begin}Subject: one\r\n\r\n..dot\r\n...\r\n.x\r\nend\r\n.\r\nQUIT\r\n";
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: false);
        await client.LineAsync();
        foreach (var octets in text.Chunk(piece))
            await client.SendRawAsync(new string(octets));
        while (await client.LineAsync() is { Length: > 0 })
        {
            // Up to the goodbye.
        }

        (await InboxAsync()).Should().ContainSingle().Which.Should().EndWith("Subject: one\r\n\r\n.dot\r\n..\r\nx\r\nend\r\n");
    }

    [Fact]
    public async Task What_is_sent_behind_STARTTLS_in_clear_ends_the_connection()
    {
        var replies = await TalkAsync($"EHLO x\r\nSTARTTLS\r\n{Smuggled}");

        replies.Where(reply => reply.StartsWith("250 2.1", StringComparison.Ordinal)).Should().BeEmpty();
        (await InboxAsync()).Should().BeEmpty();
    }

    /// <summary>Wherever the two are cut apart: what follows is dropped, or breaks the handshake that it is taken for.</summary>
    [Fact]
    public async Task STARTTLS_cut_at_each_octet_lets_nothing_through()
    {
        const string Text = "EHLO x\r\nSTARTTLS\r\nMAIL FROM:<x@y.test>\r\nRCPT TO:<info@example.org>\r\n";
        await Task.WhenAll(Enumerable.Range(8, Text.Length - 8).Select(async cut =>
        {
            await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: false);
            await client.LineAsync();
            await client.SendRawAsync(Text[..cut]);
            await Task.Delay(20, TestContext.Current.CancellationToken);
            try
            {
                await client.SendRawAsync(Text[cut..]);
            }
            catch (IOException)
            {
                // Closed already.
            }

            var replies = new List<string>();
            while (await client.LineAsync() is { Length: > 0 } line)
                replies.Add(line);
            replies.Should().NotContain(reply => reply.StartsWith("250 2.1", StringComparison.Ordinal), $"cut at {cut}");
        }));
    }

    [Fact]
    public async Task A_dot_behind_a_long_line_ends_nothing()
    {
        await TalkAsync($"{Begin}Subject: one\r\n\r\n{new string('x', 1_000)}.\r\n{Smuggled}QUIT\r\n");
        (await InboxAsync()).Should().ContainSingle().Which.Should().Contain("MAIL FROM:<forged@example.net>");
    }

    [Theory]
    [InlineData("BDAT 99999999999999999999 LAST")]
    [InlineData("BDAT 100 FIRST")]
    [InlineData("BDAT 100 LAST NOW")]
    [InlineData("BDAT -1")]
    [InlineData("BDAT")]
    public async Task Behind_a_chunk_of_unknown_length_nothing_is_a_command(string bdat)
    {
        var replies = await TalkAsync($"EHLO x\r\nMAIL FROM:<anna@example.net>\r\nRCPT TO:<info@example.org>\r\n{bdat}\r\nRSET\r\n{Smuggled}");

        replies[^1].Should().StartWith("501 5.5.4 ");
        (await InboxAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_and_the_session_goes_on()
    {
        var replies = await TalkAsync($"EHLO {new string('x', 50_000)}\r\nNOOP\r\nQUIT\r\n");

        replies.Take(3).Select(reply => reply[..4]).Should().Equal("500 ", "250 ", "221 ");
    }

    [Fact]
    public async Task A_line_that_never_ends_is_cut_off()
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: false);
        await client.LineAsync();
        await client.SendRawAsync($"EHLO {new string('x', 200_000)}");

        (await client.LineAsync()).Should().StartWith("421 4.7.0 ");
    }

    [Fact]
    public async Task An_answer_to_AUTH_that_is_too_long_is_refused_and_the_session_goes_on()
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[1], tls: true);
        await client.LineAsync();
        await client.SendRawAsync($"HELO x\r\nAUTH PLAIN\r\n{new string('A', 50_000)}\r\nNOOP\r\n");

        var replies = new List<string?>();
        for (var i = 0; i < 4; i++)
            replies.Add(await client.LineAsync());

        replies.Select(reply => reply?[..3]).Should().Equal("250", "334", "500", "250");
    }

    [Fact]
    public async Task A_peer_that_asks_and_never_listens_is_made_to_wait()
    {
        const long TooMuch = 64 * 1024 * 1024;
        using var peer = new TcpClient();
        await peer.ConnectAsync(IPAddress.Loopback, _server.Ports[0], TestContext.Current.CancellationToken);
        var noops = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("NOOP\r\n", 10_000)));

        var ask = async () =>
        {
            for (var sent = 0L; sent < TooMuch; sent += noops.Length)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await peer.GetStream().WriteAsync(noops, patience.Token);
            }
        };

        await ask.Should().ThrowAsync<OperationCanceledException>("the replies nobody reads must not pile up in the server");
    }

    [Fact]
    public async Task Somebody_who_tries_names_is_sent_away()
    {
        var guesses = string.Concat(Enumerable.Range(0, 40).Select(i => $"RCPT TO:<guess{i}@example.org>\r\n"));

        var replies = await TalkAsync($"EHLO x\r\nMAIL FROM:<anna@example.net>\r\n{guesses}");

        replies.Count(reply => reply.StartsWith("550 5.1.1", StringComparison.Ordinal)).Should().BeLessThanOrEqualTo(20);
        replies[^1].Should().StartWith("421 ");
    }

    private async Task<List<string>> TalkAsync(string text)
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: false);
        await client.LineAsync();
        await client.SendRawAsync(text);
        // A message that has not ended: the server would wait for more.
        await client.SendRawAsync("\r\n.\r\nQUIT\r\n");
        var replies = new List<string>();
        while (await client.LineAsync() is { Length: > 0 } line)
            replies.Add(line);
        return replies;
    }

    private async Task<List<string>> InboxAsync()
    {
        var account = await _server.OpenAsync(TestServer.Address);
        var inbox = (await account.GetTreeAsync(CancellationToken.None)).Find(MailboxName.Inbox)!;
        var snapshot = await account.GetSnapshotAsync(inbox.Id, CancellationToken.None);
        var texts = new List<string>();
        for (var i = 0; i < snapshot.Count; i++)
        {
            await using var content = await account.OpenAsync(snapshot[i].Email, CancellationToken.None);
            texts.Add(Encoding.Latin1.GetString((await content.ReadAsync(0, (int)content.Size, CancellationToken.None)).Span));
        }
        return texts;
    }
}
