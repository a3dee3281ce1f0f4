using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Search;
using MimeKit;

namespace Casella.Journeys;

/// <summary>
/// Journey 5: a mailbox is full. Senders are asked to wait, its user is never trapped, and after cleaning the mail that
/// waited comes in once.
/// </summary>
public sealed class J5AFullMailbox(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sender_waits_the_user_cleans_and_the_retry_arrives_once()
    {
        var info = await _server.AddMailboxAsync("info", quota: "1MB");
        for (var i = 0; i < 3; i++)
            await MailKitClients.DeliverAsync(_server, Large($"message {i}", info), info.Address);
        var waiting = Large("the one that waits", info);

        (await RefusalAsync(waiting, info)).Should().Be((SmtpStatusCode.InsufficientStorage, "4.2.2"));

        using (var client = await MailKitClients.ImapAsync(_server, info))
        {
            await WaitForAsync(client.Inbox!, $"Casella {info.Address}: spazio occupato 8");
            await CleanAsync(client.Inbox!, await client.GetFolderAsync("Trash", Stop));
            (await client.Inbox!.SearchAsync(SearchQuery.SubjectContains("message"), Stop)).Should().HaveCount(2);
        }
        await MailKitClients.DeliverAsync(_server, waiting, info.Address);
        await MailKitClients.DeliverAsync(_server, waiting, info.Address);

        using var later = await MailKitClients.ImapAsync(_server, info);
        (await later.Inbox!.SearchAsync(SearchQuery.SubjectContains("the one that waits"), Stop)).Should().HaveCount(1);
    }

    [Fact]
    public async Task Drafts_and_sending_use_the_reserve_and_RCPT_already_says_full()
    {
        var (info, other) = (await _server.AddMailboxAsync("info", quota: "1MB"), await _server.AddMailboxAsync("other"));
        using var client = await MailKitClients.ImapAsync(_server, info);
        var drafts = await client.GetFolderAsync("Drafts", Stop);
        for (var i = 0; i < 4; i++)
            await drafts.AppendAsync(new AppendRequest(Large($"draft {i}", info), MessageFlags.Draft), Stop);
        var quota = await client.Inbox!.GetQuotaAsync(Stop);
        quota.CurrentStorageSize.Should().BeGreaterThan(quota.StorageLimit!.Value);

        var small = MailKitClients.Message("mario@example.org", info.Address, "small");
        (await RefusalAsync(small, info)).Should().Be((SmtpStatusCode.InsufficientStorage, "4.2.2"));
        using var submission = await MailKitClients.SubmissionAsync(_server, info);
        await submission.SendAsync(MailKitClients.Message(info.Address, other.Address, "sent from a full box"), Stop);

        using var reader = await MailKitClients.ImapAsync(_server, other);
        reader.Inbox!.Count.Should().Be(1);
    }

    [Fact]
    public async Task When_one_of_two_is_full_the_retry_reaches_him_and_does_not_double_the_other_s()
    {
        var (full, roomy) = (await _server.AddMailboxAsync("full", quota: "1MB"), await _server.AddMailboxAsync("roomy"));
        for (var i = 0; i < 3; i++)
            await MailKitClients.DeliverAsync(_server, Large($"fills {i}", full), full.Address);
        var message = Large("for both", full);

        // RCPT has room for a little; that the message is too much turns out only with its content.
        (await RefusalAsync(message, full, roomy)).Should().Be((SmtpStatusCode.InsufficientStorage, "4.2.2"));
        await _server.CommandAsync("account", "set-quota", full.Address, "1GB");
        await MailKitClients.DeliverAsync(_server, message, full.Address, roomy.Address);

        using var first = await MailKitClients.ImapAsync(_server, full);
        using var second = await MailKitClients.ImapAsync(_server, roomy);
        (await first.Inbox!.SearchAsync(SearchQuery.FromContains("mario@example.org"), Stop)).Should().HaveCount(4);
        second.Inbox!.Count.Should().Be(1);
    }

    /// <summary>The server's notice that the mailbox fills comes just after the message that has filled it.</summary>
    private static async Task WaitForAsync(IMailFolder inbox, string subject)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            if ((await inbox.SearchAsync(SearchQuery.SubjectContains(subject), Stop)).Count == 1)
                return;
            await Task.Delay(100, Stop);
            await inbox.CheckAsync(Stop);
        }

        Assert.Fail($"there is no message \"{subject}\"");
    }

    /// <summary>What a user does in his program: to Trash, then empty Trash.</summary>
    private static async Task CleanAsync(IMailFolder inbox, IMailFolder trash)
    {
        await inbox.MoveToAsync(0, trash, Stop);
        await trash.OpenAsync(FolderAccess.ReadWrite, Stop);
        trash.Count.Should().Be(1);
        await trash.StoreAsync(0, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true }, Stop);
        await trash.ExpungeAsync(Stop);
        await inbox.OpenAsync(FolderAccess.ReadWrite, Stop);
    }

    private async Task<(SmtpStatusCode Code, string Enhanced)> RefusalAsync(MimeMessage message, params Mailbox[] recipients)
    {
        var deliver = () => MailKitClients.DeliverAsync(_server, message, [.. recipients.Select(recipient => recipient.Address)]);
        var refusal = (await deliver.Should().ThrowAsync<SmtpCommandException>()).Which;
        return (refusal.StatusCode, refusal.Message[..5]);
    }

    /// <summary>About 300 KB: three fit into a megabyte.</summary>
    private static MimeMessage Large(string subject, Mailbox recipient) => MailKitClients.Message(
        "mario@example.org", recipient.Address, subject, string.Concat(Enumerable.Repeat("Sessanta caratteri in ogni riga, che tutte insieme sono tante\r\n", 4_800)));
}
