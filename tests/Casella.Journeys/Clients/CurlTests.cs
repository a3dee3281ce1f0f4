using System.Globalization;
using AwesomeAssertions;
using Casella.Journeys.Server;

namespace Casella.Journeys.Clients;

/// <summary>curl in all three protocols: the README's first command.</summary>
public sealed class CurlTests(SharedServer shared) : IDisposable
{
    private readonly CasellaServer _server = shared.Server;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Curl_sends_lists_searches_reads_and_fetches_by_POP3()
    {
        var info = await _server.AddMailboxAsync("info");
        var file = _folder.Write("message.eml", $"From: {info.Address}\r\nTo: {info.Address}\r\nSubject: Prova\r\n\r\nDal terminale.\r\n");

        await CurlAsync(info, "smtps", _server.Ports.Submissions, "", "--mail-from", info.Address, "--mail-rcpt", info.Address, "--upload-file", file);
        await CurlAsync(info, "imaps", _server.Ports.Imaps, "/Drafts", "--upload-file", file);

        (await CurlAsync(info, "imaps", _server.Ports.Imaps, "/")).Should().Contain("INBOX").And.Contain("\\Drafts").And.Contain("\\Junk");
        (await CurlAsync(info, "imaps", _server.Ports.Imaps, "/INBOX?SUBJECT%20prova")).Trim().Should().Be("* SEARCH 1");
        (await CurlAsync(info, "imaps", _server.Ports.Imaps, "/INBOX;MAILINDEX=1")).Should().Contain("Return-Path: <").And.EndWith("Dal terminale.\r\n");
        (await CurlAsync(info, "imaps", _server.Ports.Imaps, "/Drafts;UID=1")).Should().StartWith("From: ").And.EndWith("Dal terminale.\r\n");
        (await CurlAsync(info, "pop3s", _server.Ports.Pop3s, "/")).Should().StartWith("1 ");
        (await CurlAsync(info, "pop3s", _server.Ports.Pop3s, "/1")).Should().Contain("Subject: Prova").And.EndWith("Dal terminale.\r\n");
        (await CurlAsync(info, "imap", _server.Ports.Imap, "/INBOX", "--ssl-reqd", "--request", "STATUS INBOX (MESSAGES)")).Should().Contain("(MESSAGES 1)");
    }

    private async Task<string> CurlAsync(Mailbox mailbox, string scheme, int port, string path, params string[] more)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"{scheme}://localhost:{port}{path}");
        return (await ProgramRun.OfAsync(
            "curl", ["--silent", "--show-error", "--max-time", "60", "--cacert", _server.AuthorityFile, "--user", $"{mailbox.Address}:{mailbox.Password}", url, .. more])).Succeeded().Output;
    }
}
