using AwesomeAssertions;
using Casella.Journeys.Server;
using MailKit;

namespace Casella.Journeys.Clients;

/// <summary>
/// mbsync keeps a Maildir and a mailbox equal in both directions. It trusts UIDs, UIDVALIDITY and flags completely, so
/// it finds whoever is careless with them.
/// </summary>
public sealed class MbsyncTests(SharedServer shared) : IDisposable
{
    private const int EachSide = 1_000;

    private readonly CasellaServer _server = shared.Server;
    private readonly TestFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Maildir => Path.Join(_folder.Path, "maildir", "INBOX");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_thousand_messages_go_both_ways_and_a_second_run_does_nothing()
    {
        var info = await _server.AddMailboxAsync("info");
        await AppendAsync(info);
        WriteMaildir();
        var configuration = Configure(info);

        await SyncAsync(configuration);
        Messages().Should().HaveCount(2 * EachSide);
        (await MailboxAsync(info)).Uids.Should().HaveCount(2 * EachSide);
        await NothingIsLeftToDoAsync(configuration, info);

        using (var client = await MailKitClients.ImapAsync(_server, info))
        {
            await client.Inbox!.StoreAsync([.. Enumerable.Range(0, 10)], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Flagged), Stop);
            await client.Inbox.StoreAsync([.. Enumerable.Range(0, 5)], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), Stop);
            await client.Inbox.ExpungeAsync(Stop);
        }
        await SyncAsync(configuration);
        Messages().Should().HaveCount(2 * EachSide - 5);
        Messages().Count(name => name.EndsWith('F') || name.EndsWith("FS", StringComparison.Ordinal)).Should().Be(5, "of the ten flagged ones five are gone");
        await NothingIsLeftToDoAsync(configuration, info);
    }

    /// <summary>
    /// Another run changes neither side: no name of a file (flags are in it), no UID, no flag, no MODSEQ.
    /// </summary>
    private async Task NothingIsLeftToDoAsync(string configuration, Mailbox mailbox)
    {
        var (files, state) = (Messages(), await MailboxAsync(mailbox));
        await SyncAsync(configuration);
        Messages().Should().BeEquivalentTo(files);
        (await MailboxAsync(mailbox)).Should().BeEquivalentTo(state);
    }

    private async Task<(IReadOnlyList<string> Uids, ulong HighestModSeq)> MailboxAsync(Mailbox mailbox)
    {
        using var client = await MailKitClients.ImapAsync(_server, mailbox);
        var messages = await client.Inbox!.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Flags, Stop);
        return ([.. messages.Select(message => $"{message.UniqueId} {message.Flags}")], client.Inbox.HighestModSeq);
    }

    private async Task AppendAsync(Mailbox mailbox)
    {
        using var client = await MailKitClients.ImapAsync(_server, mailbox);
        for (var i = 0; i < EachSide; i++)
            await client.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", mailbox.Address, $"server {i}")), Stop);
    }

    private void WriteMaildir()
    {
        foreach (var name in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Join(Maildir, name));
        for (var i = 0; i < EachSide; i++)
            File.WriteAllText(
                Path.Join(Maildir, "cur", $"170000{i:D4}.1_{i}.localhost:2,S"),
                $"From: anna@example.test\nTo: mario@example.org\nSubject: maildir {i}\nMessage-ID: <{i}@maildir.test>\n\nTesto {i}\n");
    }

    private IReadOnlyList<string> Messages() => [.. Directory.GetFiles(Path.Join(Maildir, "cur")), .. Directory.GetFiles(Path.Join(Maildir, "new"))];

    private string Configure(Mailbox mailbox) => _folder.Write("mbsyncrc", $"""
        IMAPAccount casella
        Host localhost
        Port {_server.Ports.Imaps}
        User {mailbox.Address}
        Pass "{mailbox.Password}"
        SSLType IMAPS
        SystemCertificates no
        CertificateFile {_server.AuthorityFile}

        IMAPStore casella
        Account casella

        MaildirStore local
        Path {Path.GetDirectoryName(Maildir)}/
        Inbox {Maildir}

        Channel all
        Far :casella:
        Near :local:
        Patterns INBOX
        Create Both
        Expunge Both
        SyncState *

        """);

    private static async Task SyncAsync(string configuration) =>
        (await ProgramRun.OfAsync("mbsync", ["--verbose", "--config", configuration, "all"])).Succeeded();
}
