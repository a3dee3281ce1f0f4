using AwesomeAssertions;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;

namespace Casella.Journeys.Clients;

/// <summary>
/// OfflineIMAP keeps all folders in Maildirs, both ways. It knows few extensions: it compares whole lists of UIDs and
/// flags, and of what it has uploaded it needs to learn the UID.
/// </summary>
public sealed class OfflineImapTests(SharedServer shared) : IDisposable
{
    private readonly CasellaServer _server = shared.Server;
    private readonly TestFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Maildir => Path.Join(_folder.Path, "mail");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Folders_messages_and_flags_go_both_ways_and_another_run_changes_nothing()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        for (var i = 0; i < 20; i++)
            await client.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, $"message {i}")), Stop);
        await client.GetFolder(client.PersonalNamespaces[0]).CreateAsync("Città & paesi", isMessageFolder: true, Stop);
        var configuration = Configure(info);

        await SyncAsync(configuration);
        Messages("INBOX").Should().HaveCount(20);
        Directory.GetDirectories(Maildir).Select(Path.GetFileName).Should()
            .BeEquivalentTo("INBOX", "Archive", "Drafts", "SPAM", "Sent", "Trash", "Citt&AOA- &- paesi");

        await client.Inbox!.StoreAsync([0, 1], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Flagged), Stop);
        await client.Inbox.MoveToAsync(19, client.GetFolder(SpecialFolder.Archive)!, Stop);
        WriteHere("INBOX", "from the Maildir");
        ReadHere(Messages("INBOX").First(file => !file.Contains(":2,F", StringComparison.Ordinal)));
        await SyncAsync(configuration);

        Messages("INBOX").Should().HaveCount(20);
        Messages("Archive").Should().ContainSingle();
        Messages("INBOX").Count(file => file.Split(":2,")[1].Contains('F', StringComparison.Ordinal)).Should().Be(2);
        var state = await StateAsync(client);
        state.Should().HaveCount(20).And.Contain(line => line.Contains("from the Maildir", StringComparison.Ordinal));
        state.Count(line => line.Contains("Seen", StringComparison.Ordinal)).Should().BePositive();

        var files = Messages("INBOX");
        await SyncAsync(configuration);
        Messages("INBOX").Should().BeEquivalentTo(files);
        (await StateAsync(client)).Should().Equal(state);
    }

    private static async Task<IReadOnlyList<string>> StateAsync(ImapClient client)
    {
        await client.NoOpAsync(Stop);
        var messages = await client.Inbox!.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.Envelope | MessageSummaryItems.ModSeq, Stop);
        return [.. messages.Select(message => $"{message.UniqueId} {message.Flags & ~MessageFlags.Recent} {message.ModSeq} {message.Envelope!.Subject}")];
    }

    private void WriteHere(string folder, string subject) => File.WriteAllText(
        Path.Join(Maildir, folder, "new", "1700000000.1.localhost"), $"From: anna@example.test\nTo: mario@example.org\nSubject: {subject}\nMessage-ID: <1@maildir.test>\n\nTesto\n");

    private void ReadHere(string file) =>
        File.Move(file, Path.Join(Path.GetDirectoryName(Path.GetDirectoryName(file)), "cur", $"{Path.GetFileName(file).Split(":2,")[0]}:2,S"));

    private IReadOnlyList<string> Messages(string folder) =>
        [.. new[] { "cur", "new" }.SelectMany(part => Directory.GetFiles(Path.Join(Maildir, folder, part)))];

    private string Configure(Mailbox mailbox) => _folder.Write("offlineimaprc", $"""
        [general]
        metadata = {_folder.Path}/state
        accounts = casella
        ui = basic

        [Account casella]
        localrepository = here
        remoterepository = there

        [Repository here]
        type = Maildir
        localfolders = {Maildir}

        [Repository there]
        type = IMAP
        remotehost = localhost
        remoteport = {_server.Ports.Imaps}
        remoteuser = {mailbox.Address}
        remotepass = {mailbox.Password}
        ssl = yes
        sslcacertfile = {_server.AuthorityFile}
        maxconnections = 2

        """);

    /// <summary>It says what went wrong and ends with 0 all the same.</summary>
    private static async Task SyncAsync(string configuration)
    {
        var run = (await ProgramRun.OfAsync("offlineimap", ["-c", configuration, "-o"])).Succeeded();
        (run.Output + run.Errors).Should().NotContain("ERROR").And.NotContain("Traceback");
    }
}
