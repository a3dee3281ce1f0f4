using AwesomeAssertions;

namespace Casella.Server.Tests.Hosting;

/// <summary>BURL (RFC 4468) by its own examples: a message is sent that the client has never had.</summary>
public sealed class BurlTests : IDisposable
{
    private const string Info = "info@example.org";
    private const string Draft = "From: info@example.org\r\nTo: info@example.org\r\nSubject: dalla bozza\r\nMessage-ID: <bozza@example.org>\r\n\r\nciao\r\n";

    private readonly TestFolder _folder = new();
    private string _password = "";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_the_sender_has_authorized_is_sent_whole_or_in_pieces()
    {
        await using var server = await StartAsync();
        await using var imap = await ImapAsync(server);
        await imap.CommandAsync($"a APPEND Drafts {{{Draft.Length}+}}\r\n{Draft}");
        var whole = await AuthorizeAsync(imap, ";urlauth=submit+info%40example.org");
        var header = await AuthorizeAsync(imap, "/;section=HEADER;urlauth=submit+info%40example.org");

        await using var smtp = await SmtpAsync(server);
        (await MailAsync(smtp)).Should().StartWith("250 ");
        (await smtp.AskAsync($"BURL {whole} LAST")).Should().StartWith("250 2.0.0 Accepted");

        await MailAsync(smtp);
        (await smtp.AskAsync($"BURL {header}")).Should().StartWith("250 2.5.0 ");
        (await smtp.AskAsync("BDAT 6 LAST\r\ndopo")).Should().StartWith("250 2.0.0 Accepted");

        (await imap.CommandAsync("s SELECT INBOX")).Should().Contain("* 2 EXISTS");
        (await imap.CommandAsync("f FETCH 1:2 BODY.PEEK[]")).Should().Contain("Subject: dalla bozza").And.Contain("\r\n\r\nciao\r\n").And.Contain("\r\n\r\ndopo\r\n");
    }

    [Fact]
    public async Task What_is_not_authorized_fails_the_whole_transaction()
    {
        await using var server = await StartAsync();
        await using var imap = await ImapAsync(server);
        await imap.CommandAsync($"a APPEND Drafts {{{Draft.Length}+}}\r\n{Draft}");
        var others = await AuthorizeAsync(imap, ";urlauth=submit+altri%40example.org");
        var gone = await AuthorizeAsync(imap, ";urlauth=submit+info%40example.org");
        await imap.CommandAsync("r RESETKEY Drafts");
        await using var smtp = await SmtpAsync(server);

        (await smtp.AskAsync($"BURL {gone} LAST")).Should().StartWith("503 5.5.");
        foreach (var url in new[] { others, gone })
        {
            await MailAsync(smtp);
            (await smtp.AskAsync($"BURL {url} LAST")).Should().StartWith("554 5.7.0 ");
            (await smtp.AskAsync("DATA")).Should().StartWith("503 ");
        }
        await MailAsync(smtp);
        (await smtp.AskAsync("BURL imap://info%40example.org@elsewhere.example.org/INBOX/;uid=1 LAST")).Should().StartWith("554 5.7.8 ");
        await MailAsync(smtp);
        (await smtp.AskAsync("BURL")).Should().StartWith("501 ");
    }

    private async Task<RunningServer> StartAsync()
    {
        await CommandResult.OfAsync("--data", _folder.Data, "domain", "add", "example.org");
        var added = await CommandResult.OfAsync("--data", _folder.Data, "account", "add", Info, "--json");
        _password = added.Json.GetProperty("password").GetString()!;
        return await RunningServer.StartAsync(_folder.Data);
    }

    private async Task<TlsClient> ImapAsync(RunningServer server)
    {
        var imap = await TlsClient.ConnectAsync(server, "IMAP");
        await imap.ReadAsync();
        (await imap.CommandAsync($"x LOGIN {Info} \"{_password}\"")).Should().StartWith("x OK ");
        return imap;
    }

    private async Task<TlsClient> SmtpAsync(RunningServer server)
    {
        var smtp = await TlsClient.ConnectAsync(server, "SMTP submission");
        await smtp.ReadAsync();
        (await smtp.AskAsync("EHLO potter.example.org")).Should().Contain("250-BURL\r\n");
        var plain = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0{Info}\0{_password}"));
        (await smtp.AskAsync($"AUTH PLAIN {plain}")).Should().StartWith("235 ");
        (await smtp.AskAsync("EHLO potter.example.org")).Should().Contain("BURL imap\r\n");
        return smtp;
    }

    private static async Task<string> AuthorizeAsync(TlsClient imap, string rest)
    {
        var answer = await imap.CommandAsync($"g GENURLAUTH \"imap://info%40example.org@mail.example.org/Drafts/;uid=1{rest}\" INTERNAL");
        answer.Should().StartWith("* GENURLAUTH \"");
        return answer.Split('"')[1];
    }

    private static async Task<string> MailAsync(TlsClient smtp)
    {
        await smtp.AskAsync($"MAIL FROM:<{Info}>");
        return await smtp.AskAsync($"RCPT TO:<{Info}>");
    }
}
