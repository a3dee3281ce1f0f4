using AwesomeAssertions;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Search;
using MimeKit;

namespace Casella.Journeys.Clients;

/// <summary>
/// MailKit with what it knows of searching, sorting, threading and of the newer extensions: it checks each answer
/// against its own grammar.
/// </summary>
public sealed class MailKitSearchTests(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_are_found_sorted_and_threaded()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        var inbox = client.Inbox!;
        var first = Message(info, "Zuppa", null);
        var answer = Message(info, "R: Zuppa", first);
        var uids = await inbox.AppendAsync(
            [new AppendRequest(first), new AppendRequest(answer), new AppendRequest(Message(info, "Àncora", null))], Stop);
        await inbox.CheckAsync(Stop);

        var found = await inbox.SearchAsync(
            SearchOptions.All | SearchOptions.Count | SearchOptions.Min | SearchOptions.Max, SearchQuery.SubjectContains("zuppa"), Stop);
        var sorted = await inbox.SortAsync(SearchQuery.All, [OrderBy.Subject, OrderBy.ReverseDate], Stop);
        var threads = await inbox.ThreadAsync(ThreadingAlgorithm.References, SearchQuery.All, Stop);

        uids.Should().HaveCount(3);
        (found.Count, found.Min, found.Max).Should().Be((2, uids[0], uids[1]));
        found.UniqueIds.Should().Equal(uids[0], uids[1]);
        sorted.Should().Equal(uids[2], uids[1], uids[0]);
        threads.Should().HaveCount(2);
        threads[0].UniqueId.Should().Be(uids[0]);
        threads[0].Children.Should().ContainSingle().Which.UniqueId.Should().Be(uids[1]);
    }

    [Fact]
    public async Task Previews_ids_and_save_dates_are_told()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        var inbox = client.Inbox!;
        var first = Message(info, "Zuppa", null);
        await inbox.AppendAsync([new AppendRequest(first), new AppendRequest(Message(info, "Re: Zuppa", first))], Stop);

        var summaries = await inbox.FetchAsync(0, -1, new FetchRequest(
            MessageSummaryItems.UniqueId | MessageSummaryItems.PreviewText | MessageSummaryItems.SaveDate | MessageSummaryItems.EmailId
            | MessageSummaryItems.ThreadId), Stop);

        summaries.Should().HaveCount(2);
        summaries[0].PreviewText.Should().Be("Ci vediamo alle nove.");
        summaries[0].EmailId.Should().NotBeNullOrEmpty().And.NotBe(summaries[1].EmailId);
        summaries[0].ThreadId.Should().NotBeNullOrEmpty().And.Be(summaries[1].ThreadId);
        summaries[0].SaveDate.Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5));
        inbox.Id.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task Drafts_are_replaced_and_folders_listed_with_their_sizes()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        await client.Inbox!.CloseAsync(expunge: false, Stop);
        await client.EnableUTF8Async(Stop);
        var drafts = client.GetFolder(SpecialFolder.Drafts)!;
        await drafts.OpenAsync(FolderAccess.ReadWrite, Stop);
        var draft = await drafts.AppendAsync(new AppendRequest(Message(info, "bozza", null), MessageFlags.Draft), Stop);
        var replaced = await drafts.ReplaceAsync(draft!.Value, new ReplaceRequest(Message(info, "bozza finita", null), MessageFlags.Draft), Stop);
        await client.GetFolder(client.PersonalNamespaces[0]).CreateAsync("Perché & percome", isMessageFolder: true, Stop);
        var folders = await client.GetFoldersAsync(client.PersonalNamespaces[0], StatusItems.Count | StatusItems.Size | StatusItems.MailboxId, subscribedOnly: false, Stop);

        (await drafts.SearchAsync(SearchQuery.All, Stop)).Should().Equal(replaced!.Value);
        var listed = folders.Single(folder => folder.Name is "Drafts");
        listed.Count.Should().Be(1);
        listed.Size.Should().BePositive();
        folders.Should().Contain(folder => folder.Name == "Perché & percome" && folder.Id != null);
    }

    private static MimeMessage Message(Mailbox info, string subject, MimeMessage? answered)
    {
        var message = MailKitClients.Message("mario@example.org", info.Address, subject);
        message.MessageId = MimeKit.Utils.MimeUtils.GenerateMessageId("example.org");
        message.Date = answered is null ? TimeProvider.System.GetUtcNow().AddHours(-2) : answered.Date.AddHours(1);
        if (answered is not null)
        {
            message.InReplyTo = answered.MessageId;
            message.References.Add(answered.MessageId!);
        }

        return message;
    }
}
