using System.Security.Cryptography;
using AwesomeAssertions;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Search;
using MimeKit;

namespace Casella.Journeys.Clients;

/// <summary>
/// MailKit with the extensions it knows how to use: compression, quick resynchronisation, special folders, UIDPLUS,
/// quota.
/// </summary>
public sealed class MailKitTests(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_COMPRESS_large_messages_go_up_and_come_down_unchanged()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        await client.Inbox!.CloseAsync(expunge: false, Stop);
        await client.CompressAsync(Stop);
        await client.Inbox.OpenAsync(FolderAccess.ReadWrite, Stop);
        var message = MailKitClients.Message("mario@example.org", info.Address, "grande", string.Concat(Enumerable.Range(0, 60_000).Select(i => $"riga numero {i}\r\n")));

        var uid = await client.Inbox.AppendAsync(new AppendRequest(message), Stop);
        var photo = MailKitClients.Message("mario@example.org", info.Address, "does not shrink");
        photo.Body = new MimePart("image", "jpeg") { Content = new MimeContent(new MemoryStream(RandomNumberGenerator.GetBytes(1_000_000))), ContentTransferEncoding = ContentEncoding.Base64 };
        var photoUid = await client.Inbox.AppendAsync(new AppendRequest(photo), Stop);

        (await HashAsync(await client.Inbox.GetMessageAsync(uid!.Value, Stop))).Should().Be(await HashAsync(message));
        (await HashAsync(await client.Inbox.GetMessageAsync(photoUid!.Value, Stop))).Should().Be(await HashAsync(photo));
    }

    [Fact]
    public async Task A_phone_that_was_away_learns_by_QRESYNC_what_has_changed_and_what_is_gone()
    {
        var info = await _server.AddMailboxAsync("info");
        using var pc = await MailKitClients.ImapAsync(_server, info);
        for (var i = 0; i < 10; i++)
            await pc.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, $"message {i}")), Stop);
        using var phone = await MailKitClients.ImapAsync(_server, info);
        await phone.Inbox!.CloseAsync(expunge: false, Stop);
        await phone.EnableQuickResyncAsync(Stop);
        await phone.Inbox.OpenAsync(FolderAccess.ReadOnly, Stop);
        var (validity, modSeq) = (phone.Inbox.UidValidity, phone.Inbox.HighestModSeq);
        var uids = await phone.Inbox.SearchAsync(SearchQuery.All, Stop);
        await phone.Inbox.CloseAsync(expunge: false, Stop);

        await pc.Inbox!.StoreAsync(uids[2], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Flagged), Stop);
        await pc.Inbox.StoreAsync(uids[5], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), Stop);
        await pc.Inbox.ExpungeAsync([uids[5]], Stop);
        await pc.Inbox.MoveToAsync(uids[7], await pc.GetFolderAsync("Archive", Stop), Stop);
        var (vanished, changed) = (new List<UniqueId>(), new List<UniqueId>());
        phone.Inbox.MessagesVanished += (_, gone) => vanished.AddRange(gone.UniqueIds);
        phone.Inbox.MessageFlagsChanged += (_, change) => changed.Add(change.UniqueId!.Value);
        await phone.Inbox.OpenAsync(FolderAccess.ReadOnly, validity, modSeq, uids, Stop);

        vanished.Should().BeEquivalentTo([uids[5], uids[7]]);
        changed.Should().Equal(uids[2]);
    }

    [Fact]
    public async Task Folders_copies_and_quota_are_found_where_a_client_looks()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        var names = new[] { SpecialFolder.Sent, SpecialFolder.Drafts, SpecialFolder.Trash, SpecialFolder.Junk, SpecialFolder.Archive }.Select(use => client.GetFolder(use)?.Name);
        var uid = (await client.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, "perché no?")), Stop))!.Value;

        var personal = client.GetFolder(client.PersonalNamespaces[0]);
        var folder = await personal.CreateAsync("Città & paesi", isMessageFolder: true, Stop);
        var copied = await client.Inbox.CopyToAsync([uid], folder!, Stop);
        await folder!.OpenAsync(FolderAccess.ReadOnly, Stop);

        names.Should().Equal("Sent", "Drafts", "Trash", "SPAM", "Archive");
        (await folder.SearchAsync(SearchQuery.SubjectContains("PERCHÉ").And(SearchQuery.NotDeleted), Stop)).Should().Equal(copied.Destination);
        (await personal.GetSubfoldersAsync(subscribedOnly: false, Stop)).Select(sub => sub.FullName).Should().Contain("Città & paesi").And.Contain("INBOX");
        var quota = await client.Inbox.GetQuotaAsync(Stop);
        quota.StorageLimit.Should().Be(1024 * 1024);
        await folder.CloseAsync(expunge: false, Stop);
        await folder.DeleteAsync(Stop);
    }

    [Fact]
    public async Task Many_servers_that_bring_mail_for_one_mailbox_at_once_are_all_heard()
    {
        const int Servers = 12, Each = 25;
        var info = await _server.AddMailboxAsync("info");

        await Task.WhenAll(Enumerable.Range(0, Servers).Select(async server =>
        {
            using var client = await MailKitClients.ServerToServerAsync(_server);
            for (var i = 0; i < Each; i++)
                await client.SendAsync(MailKitClients.Message("mario@example.org", info.Address, $"message {server}/{i}"), Stop);
        }));

        using var reader = await MailKitClients.ImapAsync(_server, info);
        var messages = await reader.Inbox!.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Envelope, Stop);
        messages.Select(message => message.Envelope?.Subject).Should().HaveCount(Servers * Each).And.OnlyHaveUniqueItems();
        messages.Select(message => message.UniqueId.Id).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    private static async Task<string> HashAsync(MimeMessage message)
    {
        using var bytes = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        await message.WriteToAsync(format, bytes, Stop);
        return Convert.ToHexString(SHA256.HashData(bytes.ToArray()));
    }
}
