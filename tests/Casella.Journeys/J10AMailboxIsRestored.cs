using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace Casella.Journeys;

/// <summary>
/// Journey 10: last night's backup, a morning of work, and somebody has emptied a folder for good. The office puts it back
/// while the service runs and everybody works on: with flags and dates, and without what came since being touched.
/// </summary>
public sealed class J10AMailboxIsRestored(SharedServer shared)
{
    private static readonly DateTimeOffset Long = new(2019, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_comes_back_under_the_eyes_of_who_works_in_it_and_all_of_it_as_another_mailbox()
    {
        var info = await _server.AddMailboxAsync("info");
        using var folder = new TestFolder();
        var backups = Path.Join(folder.Path, "backups");
        using var desk = await MailKitClients.ImapAsync(_server, info);
        var (courses, minutes) = (await FolderAsync(desk, "Corsi"), await FolderAsync(desk, "Verbali"));
        await PutAsync(courses, "Corso antincendio", "Corso radio");
        await PutAsync(minutes, "Verbale di marzo");
        await PutAsync(desk.Inbox!, "Convocazione");
        await _server.CommandAsync("backup", backups);
        var night = await BackupTimeAsync(backups, 0);

        await LoseAsync(courses);
        await LoseAsync(minutes);
        await PutAsync(desk.Inbox!, "Arrivata dopo");
        var again = await _server.CommandAsync("backup", backups);
        again.Output.Should().Contain("unchanged");

        using var watcher = await MailKitClients.ImapAsync(_server, info);
        var shown = await watcher.GetFolderAsync("Corsi", Stop);
        await shown.OpenAsync(FolderAccess.ReadOnly, Stop);
        var restored = await _server.CommandAsync("restore", backups, "--mailbox", info.Address, "--folder", "Corsi", "--at", night);

        restored.Output.Should().Contain("2 messages put back");
        await watcher.NoOpAsync(Stop);
        shown.Count.Should().Be(2, "who has the folder open sees it come back");
        var summaries = await shown.FetchAsync(0, -1, MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Envelope, Stop);
        summaries.Select(one => one.Envelope!.Subject).Should().BeEquivalentTo("Corso antincendio", "Corso radio");
        summaries.Should().OnlyContain(one => (one.Flags & ~MessageFlags.Recent) == (MessageFlags.Seen | MessageFlags.Flagged) && one.InternalDate == Long);
        await minutes.OpenAsync(FolderAccess.ReadOnly, Stop);
        minutes.Count.Should().Be(0, "only the folder that was asked for");
        (await desk.Inbox!.StatusCountAsync()).Should().Be(2, "what came since stays");

        await AllOfItAsAnotherMailboxAsync(info, backups, night);
    }

    private async Task AllOfItAsAnotherMailboxAsync(Mailbox info, string backups, string night)
    {
        var copy = info with { Address = info.Address.Replace("info", "copia", StringComparison.Ordinal) };
        var made = await _server.CommandAsync("restore", backups, "--mailbox", info.Address, "--as", copy.Address, "--at", night);
        made.Output.Should().Contain("4 messages put back");
        copy = copy with { Password = made.Output.Split("its password is ")[1].Split('.')[0] };
        using var imap = await MailKitClients.ImapAsync(_server, copy);
        (await imap.Inbox!.SearchAsync(SearchQuery.SubjectContains("Arrivata dopo"), Stop)).Should().BeEmpty("it is as it was in that night");
        (await (await imap.GetFolderAsync("Verbali", Stop)).StatusCountAsync()).Should().Be(1);
        (await _server.CommandAsync("verify", copy.Address)).Output.Should().Contain("0 problems");
        (await _server.CommandAsync("verify", info.Address)).Output.Should().Contain("0 problems");
    }

    private async Task<string> BackupTimeAsync(string backups, int index)
    {
        using var listed = JsonDocument.Parse((await _server.CommandAsync("backup", "list", backups, "--json")).Output);
        return listed.RootElement[index].GetProperty("finishedAt").GetString()!;
    }

    private static async Task<IMailFolder> FolderAsync(ImapClient imap, string name)
    {
        var folder = (await imap.GetFolder(imap.PersonalNamespaces[0]).CreateAsync(name, isMessageFolder: true, Stop))!;
        await folder.SubscribeAsync(Stop);
        return folder;
    }

    private static async Task PutAsync(IMailFolder folder, params string[] subjects)
    {
        foreach (var subject in subjects)
        {
            var message = MailKitClients.Message("mario@example.org", "info@example.test", subject);
            await folder.AppendAsync(new AppendRequest(message, MessageFlags.Seen | MessageFlags.Flagged, Long), Stop);
        }
    }

    /// <summary>For good, as a program does that expunges.</summary>
    private static async Task LoseAsync(IMailFolder folder)
    {
        await folder.OpenAsync(FolderAccess.ReadWrite, Stop);
        await folder.AddFlagsAsync(await folder.SearchAsync(SearchQuery.All, Stop), MessageFlags.Deleted, silent: true, Stop);
        await folder.ExpungeAsync(Stop);
        folder.Count.Should().Be(0);
    }
}

file static class FolderCount
{
    public static async Task<int> StatusCountAsync(this IMailFolder folder)
    {
        await folder.StatusAsync(StatusItems.Count, TestContext.Current.CancellationToken);
        return folder.Count;
    }
}
