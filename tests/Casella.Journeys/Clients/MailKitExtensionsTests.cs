using AwesomeAssertions;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace Casella.Journeys.Clients;

/// <summary>
/// MailKit knows more extensions than any other program: all of them that are not of other times or other houses are
/// here, and those that it can use are used.
/// </summary>
public sealed class MailKitExtensionsTests(SharedServer shared)
{
    /// <summary>Of other times, of one company, or said before sign-in only (product.md: never XLIST, ANNOTATE, X-GM-EXT-1).</summary>
    private static readonly ImapCapabilities[] NotHere =
    [
        ImapCapabilities.None, ImapCapabilities.IMAP4, ImapCapabilities.Status, ImapCapabilities.MailboxReferrals, ImapCapabilities.LoginReferrals,
        ImapCapabilities.LoginDisabled, ImapCapabilities.StartTLS, ImapCapabilities.Annotate, ImapCapabilities.Convert, ImapCapabilities.MetadataServer,
        ImapCapabilities.Filters, ImapCapabilities.UTF8Only, ImapCapabilities.LiteralMinus, ImapCapabilities.XList, ImapCapabilities.GMailExt1,
    ];

    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_it_knows_is_advertised()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);

        Enum.GetValues<ImapCapabilities>().Except(NotHere).Where(known => !client.Capabilities.HasFlag(known)).Should().BeEmpty();
        client.ThreadingAlgorithms.Should().BeEquivalentTo([ThreadingAlgorithm.OrderedSubject, ThreadingAlgorithm.References]);
        client.AppendLimit.Should().Be(50u * 1024 * 1024);
        client.InternationalizationLevel.Should().Be(1);
        (await client.IdentifyAsync(new ImapImplementation { Name = "MailKit" }, Stop))!.Name.Should().Be("Casella");
    }

    [Fact]
    public async Task Notes_on_folders_and_the_mailbox_are_kept()
    {
        var info = await _server.AddMailboxAsync("info");
        using (var client = await MailKitClients.ImapAsync(_server, info))
        {
            await client.SetMetadataAsync(new MetadataCollection([new Metadata(MetadataTag.PrivateComment, "Della segreteria")]), Stop);
            await client.Inbox!.SetMetadataAsync(new MetadataCollection([new Metadata(MetadataTag.SharedComment, "Perché no?"), new Metadata(MetadataTag.PrivateComment, "mio")]), Stop);
            // It cannot read the NIL that says that there is none (RFC 5464 §4.4.1), but it can say it.
            await client.Inbox.SetMetadataAsync(new MetadataCollection([new Metadata(MetadataTag.PrivateComment, null!)]), Stop);
        }

        using var again = await MailKitClients.ImapAsync(_server, info);
        (await again.GetMetadataAsync(MetadataTag.PrivateComment, Stop)).Should().Be("Della segreteria");
        (await again.Inbox!.GetMetadataAsync(MetadataTag.SharedComment, Stop)).Should().Be("Perché no?");
    }

    [Fact]
    public async Task NOTIFY_tells_of_folders_that_are_not_open()
    {
        var info = await _server.AddMailboxAsync("info");
        using var watching = await MailKitClients.ImapAsync(_server, info);
        using var other = await MailKitClients.ImapAsync(_server, info);
        var archive = watching.GetFolder(SpecialFolder.Archive)!;
        await archive.StatusAsync(StatusItems.Count, Stop);
        await watching.NotifyAsync(status: true, [new ImapEventGroup(ImapMailboxFilter.Personal, [new ImapEvent.MessageNew(), ImapEvent.MessageExpunge])], Stop);
        var told = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        archive.CountChanged += (_, _) => told.TrySetResult(archive.Count);

        await other.GetFolder(SpecialFolder.Archive)!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, "nuova")), Stop);

        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        _ = told.Task.ContinueWith(_ => enough.Cancel(), TaskScheduler.Default);
        await watching.IdleAsync(enough.Token, Stop);
        (await told.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop)).Should().Be(1);
        await watching.DisableNotifyAsync(Stop);
    }

    [Fact]
    public async Task Mistyped_words_young_messages_and_a_folder_for_a_use_are_found()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        await client.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, "Fatture di marzo")), Stop);
        await client.Inbox.CheckAsync(Stop);

        (await client.Inbox.SearchAsync(SearchQuery.Fuzzy(SearchQuery.SubjectContains("fattura")), Stop)).Should().ContainSingle();
        (await client.Inbox.SearchAsync(SearchQuery.YoungerThan(3_600), Stop)).Should().ContainSingle();
        (await client.Inbox.SearchAsync(SearchQuery.SavedSince(DateTime.UnixEpoch), Stop)).Should().ContainSingle();
        (await client.Inbox.SearchAsync(SearchQuery.OlderThan(3_600), Stop)).Should().BeEmpty();

        await client.Inbox.CloseAsync(expunge: false, Stop);
        await client.GetFolder(SpecialFolder.Archive)!.DeleteAsync(Stop);
        await client.GetFolder(client.PersonalNamespaces[0]).CreateAsync("Archivio", SpecialFolder.Archive, Stop);
        client.GetFolder(SpecialFolder.Archive)!.FullName.Should().Be("Archivio");
    }
}
