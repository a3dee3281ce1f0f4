using System.Security.Cryptography;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;
using MimeKit;

namespace Casella.Journeys;

/// <summary>
/// Journey 2: programs on several devices read one mailbox: bytes come as they were sent, and what one does the others
/// see.
/// </summary>
public sealed class J2MessagesAreRead(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_attachment_of_some_megabytes_comes_back_byte_for_byte_whole_and_in_parts()
    {
        var info = await _server.AddMailboxAsync("info");
        var photo = RandomNumberGenerator.GetBytes(3_000_000);
        var message = MailKitClients.Message("mario@example.org", info.Address, "foto");
        message.Body = new Multipart("mixed")
        {
            new TextPart("plain") { Text = "La foto della squadra.\r\n" },
            new MimePart("image", "jpeg") { Content = new MimeContent(new MemoryStream(photo)), FileName = "squadra.jpg", ContentTransferEncoding = ContentEncoding.Base64 },
        };
        await MailKitClients.DeliverAsync(_server, message, info.Address);
        using var client = await MailKitClients.ImapAsync(_server, info);
        var inbox = client.Inbox!;
        var summary = (await inbox.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.BodyStructure | MessageSummaryItems.Size, Stop)).Single();

        var attachment = summary.Attachments.Single();
        var part = (MimePart)await inbox.GetBodyPartAsync(summary.UniqueId, attachment, Stop);
        var whole = await BytesAsync(await inbox.GetStreamAsync(summary.UniqueId, Stop));
        var middle = await BytesAsync(await inbox.GetStreamAsync(summary.UniqueId, offset: 1_000_000, count: 50_000, Stop));

        attachment.FileName.Should().Be("squadra.jpg");
        using var decoded = new MemoryStream();
        await part.Content!.DecodeToAsync(decoded, Stop);
        decoded.ToArray().AsSpan().SequenceEqual(photo).Should().BeTrue();
        whole.Length.Should().Be((int)summary.Size!.Value);
        middle.AsSpan().SequenceEqual(whole.AsSpan(1_000_000, 50_000)).Should().BeTrue();
    }

    [Fact]
    public async Task What_one_device_reads_and_marks_another_one_sees()
    {
        var info = await _server.AddMailboxAsync("info");
        await DeliverAsync(info, count: 2);
        using var pc = await MailKitClients.ImapAsync(_server, info);
        using var phone = await MailKitClients.ImapAsync(_server, info);
        var seen = new Dictionary<int, MessageFlags>();
        phone.Inbox!.MessageFlagsChanged += (_, change) => seen[change.Index] = change.Flags;

        // MailKit reads with PEEK: only looking at messages changes nothing.
        await pc.Inbox!.GetMessageAsync(0, Stop);
        await phone.NoOpAsync(Stop);
        seen.Should().BeEmpty();
        await pc.Inbox.StoreAsync(0, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Seen | MessageFlags.Answered), Stop);
        await pc.Inbox.StoreAsync(1, new StoreFlagsRequest(StoreAction.Add, MessageFlags.None, new HashSet<string>(StringComparer.Ordinal) { "$Forwarded" }), Stop);
        await phone.NoOpAsync(Stop);

        seen[0].Should().HaveFlag(MessageFlags.Seen).And.HaveFlag(MessageFlags.Answered);
        (await phone.Inbox.FetchAsync(1, 1, MessageSummaryItems.Flags, Stop)).Single().Keywords.Should().Contain("$Forwarded");
    }

    [Fact]
    public async Task Two_devices_that_move_the_same_messages_at_the_same_moment_lose_and_double_none()
    {
        const int Count = 40;
        var info = await _server.AddMailboxAsync("info");
        await DeliverAsync(info, Count);
        using var pc = await MailKitClients.ImapAsync(_server, info);
        using var phone = await MailKitClients.ImapAsync(_server, info);
        var uids = (await pc.Inbox!.FetchAsync(0, -1, MessageSummaryItems.UniqueId, Stop)).Select(summary => summary.UniqueId).ToList();

        await Task.WhenAll(MoveAllAsync(pc, uids, "Archive"), MoveAllAsync(phone, uids, "Trash"));

        using var client = await MailKitClients.ImapAsync(_server, info);
        client.Inbox!.Count.Should().Be(0);
        var subjects = (await SubjectsAsync(client, "Archive")).Concat(await SubjectsAsync(client, "Trash")).ToList();
        subjects.Should().HaveCount(Count).And.OnlyHaveUniqueItems();
    }

    private static async Task MoveAllAsync(ImapClient client, IEnumerable<UniqueId> uids, string folder)
    {
        var target = await client.GetFolderAsync(folder, Stop);
        foreach (var uid in uids)
            await client.Inbox!.MoveToAsync(uid, target, Stop);
    }

    private static async Task<IEnumerable<string?>> SubjectsAsync(ImapClient client, string name)
    {
        var folder = await client.GetFolderAsync(name, Stop);
        await folder.OpenAsync(FolderAccess.ReadOnly, Stop);
        return (await folder.FetchAsync(0, -1, MessageSummaryItems.Envelope, Stop)).Select(summary => summary.Envelope?.Subject);
    }

    private async Task DeliverAsync(Mailbox mailbox, int count)
    {
        using var client = await MailKitClients.ServerToServerAsync(_server);
        for (var i = 0; i < count; i++)
            await client.SendAsync(MailKitClients.Message("mario@example.org", mailbox.Address, $"message {i}"), Stop);
    }

    private static async Task<byte[]> BytesAsync(Stream stream)
    {
        await using var copy = new MemoryStream();
        await using (stream)
            await stream.CopyToAsync(copy, Stop);
        return copy.ToArray();
    }
}
