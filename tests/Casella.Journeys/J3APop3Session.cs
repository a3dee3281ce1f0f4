using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;

namespace Casella.Journeys;

/// <summary>
/// Journey 3: a POP3 program (Python's poplib) and an IMAP program share one mailbox; nobody can empty it for the
/// others.
/// </summary>
public sealed class J3APop3Session(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tls")]
    [InlineData("stls")]
    public async Task Poplib_reads_and_deletes_and_the_others_keep_it_all(string encryption)
    {
        var info = await _server.AddMailboxAsync("info");
        await DeliverAsync(info, "primo", "secondo", "terzo");

        var script = await PythonClient.RunAsync(
            _server, "pop3_session.py", encryption, $"{(encryption is "tls" ? _server.Ports.Pop3s : _server.Ports.Pop3)}", info.Address, info.Password);

        script.Succeeded().Output.Should().Contain("all well");
        using var client = await MailKitClients.ImapAsync(_server, info);
        (await SubjectsAsync(client.Inbox!)).Should().Equal("primo", "secondo", "terzo");
    }

    [Fact]
    public async Task A_message_keeps_its_UIDL_when_a_client_moves_it_away_and_back()
    {
        var info = await _server.AddMailboxAsync("info");
        await DeliverAsync(info, "primo", "secondo");
        var before = await UidlsAsync(info);

        using (var client = await MailKitClients.ImapAsync(_server, info))
        {
            var archive = await client.GetFolderAsync("Archive", Stop);
            await client.Inbox!.MoveToAsync(0, archive, Stop);
            await archive.OpenAsync(FolderAccess.ReadWrite, Stop);
            await archive.MoveToAsync(0, client.Inbox, Stop);
        }

        (await UidlsAsync(info)).Should().BeEquivalentTo(before).And.HaveCount(2).And.OnlyHaveUniqueItems();
    }

    private async Task<string[]> UidlsAsync(Mailbox mailbox)
    {
        var script = await PythonClient.RunAsync(_server, "pop3_uidls.py", $"{_server.Ports.Pop3s}", mailbox.Address, mailbox.Password);
        return script.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task DeliverAsync(Mailbox mailbox, params string[] subjects)
    {
        foreach (var subject in subjects)
            await MailKitClients.DeliverAsync(_server, MailKitClients.Message("mario@example.org", mailbox.Address, subject, ".a line with a dot\r\nsecond line\r\n"), mailbox.Address);
    }

    private static async Task<IEnumerable<string?>> SubjectsAsync(IMailFolder folder) =>
        (await folder.FetchAsync(0, -1, MessageSummaryItems.Envelope, Stop)).Select(summary => summary.Envelope?.Subject);
}
