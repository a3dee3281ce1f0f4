using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace Casella.Clients.Thunderbird;

/// <summary>
/// Thunderbird as people have it, beside another program in the same mailbox: what each does the other one sees, also
/// what Thunderbird did while it was offline.
/// </summary>
public sealed class ThunderbirdTests(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_fetches_marks_moves_subscribes_and_works_offline()
    {
        Assert.SkipUnless(ThunderbirdProgram.IsInstalled, "Thunderbird, Xvfb or certutil is not installed (Debian's thunderbird, xvfb, libnss3-tools)");
        var info = await _server.AddMailboxAsync("info");
        using var other = await MailKitClients.ImapAsync(_server, info);
        for (var i = 0; i < 6; i++)
            await AppendAsync(other, info, $"perché {i}");
        await using var thunderbird = await ThunderbirdProgram.StartAsync(_server, info);

        await FetchesAsync(thunderbird);
        await MarksAndMovesAsync(thunderbird, other);
        await MakesFoldersAsync(thunderbird, other);
        await HearsOfOthersAsync(thunderbird, other, info);
        await WorksOfflineAsync(thunderbird, other);
        await DeletesAsync(thunderbird, other);
    }

    /// <summary>Folders with their uses, subjects in any script.</summary>
    private static async Task FetchesAsync(ThunderbirdProgram thunderbird)
    {
        var seen = await thunderbird.RunAsync("""
            inbox().updateFolderWithListener(view, null);
            await until("six messages", () => count(inbox()) == 6 && folder("Archive"));
            const uses = { SentMail: flag.SentMail, Drafts: flag.Drafts, Trash: flag.Trash, Junk: flag.Junk, Archive: flag.Archive };
            return [
              ...Object.values(uses).map(use => server.rootFolder.getFolderWithFlags(use)?.URI.split("/").pop() ?? "none"),
              ...messages(inbox()).map(header => header.mime2DecodedSubject),
            ];
            """);

        seen.EnumerateArray().Select(name => name.GetString()).Should()
            .Equal("Sent", "Drafts", "Trash", "SPAM", "Archive", "perché 0", "perché 1", "perché 2", "perché 3", "perché 4", "perché 5");
    }

    private static async Task MarksAndMovesAsync(ThunderbirdProgram thunderbird, ImapClient other)
    {
        await thunderbird.RunAsync("""
            inbox().markMessagesFlagged([message(inbox(), "perché 0")], true);
            inbox().markMessagesRead([message(inbox(), "perché 1")], true);
            inbox().addKeywordsToMessages([message(inbox(), "perché 2")], "$label1");
            move("perché 5", inbox(), folder("Archive"));
            await until("it is moved", () => count(inbox()) == 5 && count(folder("Archive")) == 1);
            """);

        var marked = await EventuallyAsync(
            other, found => found.Count == 5 && found["perché 1"].Flags!.Value.HasFlag(MessageFlags.Seen) && found["perché 2"].Keywords!.Count > 0);
        marked["perché 0"].Flags.Should().HaveFlag(MessageFlags.Flagged);
        marked["perché 1"].Flags.Should().HaveFlag(MessageFlags.Seen);
        marked["perché 2"].Keywords.Should().Equal("$label1");
        marked.Should().HaveCount(5).And.NotContainKey("perché 5");
    }

    private static async Task MakesFoldersAsync(ThunderbirdProgram thunderbird, ImapClient other)
    {
        await thunderbird.RunAsync("""
            server.rootFolder.createSubfolder("Città & paesi", view);
            await until("it is made", () => folder("Città & paesi"));
            """);
        var made = await other.GetFolderAsync("Città & paesi", Stop);
        made.IsSubscribed.Should().BeTrue();

        await thunderbird.RunAsync("""
            const ended = { OnStartRunningUrl() {}, OnStopRunningUrl() { this.is = true; }, QueryInterface: ChromeUtils.generateQI(["nsIUrlListener"]) };
            MailServices.imap.unsubscribeFolder(server.rootFolder, "Archive", ended);
            await until("no longer subscribed", () => ended.is);
            """);
        (await other.GetFoldersAsync(other.PersonalNamespaces[0], subscribedOnly: true, Stop)).Select(folder => folder.FullName)
            .Should().Contain("Città & paesi").And.NotContain("Archive");
    }

    /// <summary>It waits in IDLE and is told.</summary>
    private static async Task HearsOfOthersAsync(ThunderbirdProgram thunderbird, ImapClient other, Mailbox info)
    {
        await AppendAsync(other, info, "nuova");
        var uid = (await other.Inbox!.SearchAsync(SearchQuery.SubjectContains("perché 3"), Stop)).Single();
        await other.Inbox.StoreAsync(uid, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Answered), Stop);

        await thunderbird.RunAsync("""
            await until("the new one is there", () => message(inbox(), "nuova"));
            await until("the other is answered", () => message(inbox(), "perché 3").flags & Ci.nsMsgMessageFlags.Replied);
            """);
    }

    /// <summary>
    /// All is downloaded, the line is cut, both sides work on; with the line comes what was done without it.
    /// </summary>
    private static async Task WorksOfflineAsync(ThunderbirdProgram thunderbird, ImapClient other)
    {
        var text = await thunderbird.RunAsync("""
            inbox().setFlag(flag.Offline);
            inbox().downloadAllForOffline(null, view);
            await until("all is downloaded", () => messages(inbox()).every(header => header.flags & Ci.nsMsgMessageFlags.Offline));
            offline.synchronizeForOffline(false, false, false, true, view);
            await until("it is offline", () => Services.io.offline);
            return await IOUtils.readUTF8(inbox().filePath.path);
            """);
        text.GetString()!.Split("Ci vediamo alle nove.").Should().HaveCountGreaterThanOrEqualTo(7, "six messages are there");

        await thunderbird.RunAsync("""
            inbox().markMessagesFlagged([message(inbox(), "perché 4")], true);
            move("perché 3", inbox(), folder("Città & paesi"));
            await until("it looks moved", () => !message(inbox(), "perché 3"));
            """);
        var uid = (await other.Inbox!.SearchAsync(SearchQuery.SubjectContains("perché 1"), Stop)).Single();
        await other.Inbox.StoreAsync(uid, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), Stop);
        await other.Inbox.ExpungeAsync([uid], Stop);

        await thunderbird.RunAsync("""
            offline.goOnline(false, true, view);
            await until("it is online", () => !Services.io.offline);
            await updated("the move is done", folder("Città & paesi"), () => message(folder("Città & paesi"), "perché 3"));
            await updated("what is gone is gone", inbox(), () => !message(inbox(), "perché 1"));
            """);
        var left = await EventuallyAsync(other, found => found.Count == 4 && found["perché 4"].Flags!.Value.HasFlag(MessageFlags.Flagged));
        left.Keys.Should().BeEquivalentTo("perché 0", "perché 2", "perché 4", "nuova");
        left["perché 4"].Flags.Should().HaveFlag(MessageFlags.Flagged);
    }

    private static async Task DeletesAsync(ThunderbirdProgram thunderbird, ImapClient other)
    {
        await thunderbird.RunAsync("""
            inbox().deleteMessages([message(inbox(), "nuova")], view, false, false, null, true);
            await until("it is gone", () => !message(inbox(), "nuova") && count(folder("Trash")) == 1);
            """);

        await EventuallyAsync(other, found => !found.ContainsKey("nuova"));
        var trash = other.GetFolder(SpecialFolder.Trash)!;
        await trash.StatusAsync(StatusItems.Count, Stop);
        trash.Count.Should().Be(1);
    }

    private static Task<UniqueId?> AppendAsync(ImapClient client, Mailbox info, string subject) =>
        client.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, subject)), Stop);

    /// <summary>Thunderbird shows marks and moves before it has made them; what is there in the end.</summary>
    private static async Task<IReadOnlyDictionary<string, IMessageSummary>> EventuallyAsync(
        ImapClient client, Func<IReadOnlyDictionary<string, IMessageSummary>, bool> isSo)
    {
        for (var looks = 0; ; looks++)
        {
            var found = await MessagesAsync(client);
            if (isSo(found) || looks == 100)
                return found;
            await Task.Delay(200, Stop);
        }
    }

    private static async Task<IReadOnlyDictionary<string, IMessageSummary>> MessagesAsync(ImapClient client)
    {
        await client.NoOpAsync(Stop);
        var all = await client.Inbox!.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.Envelope, Stop);
        return all.ToDictionary(message => message.Envelope!.Subject!, StringComparer.Ordinal);
    }
}
