using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;

namespace Casella.Clients.Roundcube;

/// <summary>
/// Roundcube, which many associations have in front of their mail today: its own pages over our IMAP, a connection for
/// each click.
/// </summary>
public sealed class RoundcubeTests(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_signs_in_lists_reads_flags_moves_searches_and_sends()
    {
        Assert.SkipUnless(RoundcubeSite.IsInstalled, "Roundcube or PHP is not installed (Debian's roundcube-core, roundcube-sqlite3, php-cli, php-sqlite3)");
        var info = await _server.AddMailboxAsync("info");
        using var other = await MailKitClients.ImapAsync(_server, info);
        foreach (var (subject, text) in new[] { ("Cena", "Ci vediamo perché è festa.\r\n"), ("Gita", "Partenza alle nove.\r\n"), ("Turni", "I turni di marzo.\r\n") })
            await other.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, subject, text)), Stop);
        await other.GetFolder(other.PersonalNamespaces[0]).CreateAsync("Città & paesi", isMessageFolder: true, Stop);
        await (await other.GetFolderAsync("Città & paesi", Stop)).SubscribeAsync(Stop);
        await using var roundcube = await RoundcubeSite.StartAsync(_server);

        await ReadsAsync(roundcube, info);
        await FlagsAndMovesAsync(roundcube, other);
        await SearchesAsync(roundcube);
        await SendsAsync(roundcube, info, other);
        // What Roundcube says it was refused would be here.
        roundcube.Conversation.Should().NotMatchRegex("S: A[0-9]+ (NO|BAD)");
    }

    private static async Task ReadsAsync(RoundcubeSite roundcube, Mailbox info)
    {
        var folders = await roundcube.SignInAsync(info);
        foreach (var name in new[] { "INBOX", "Drafts", "Sent", "SPAM", "Trash", "Archive", "Citt&amp;AOA- &amp;- paesi" })
            folders.Should().Contain($"rel=\"{name}\"");

        (await roundcube.GetAsync("_task=mail&_action=list&_mbox=INBOX&_remote=1")).Should()
            .Contain("add_message_row(1,").And.Contain("add_message_row(3,").And.Contain("\"subject\":\"Cena\"");
        (await roundcube.GetAsync("_task=mail&_action=list&_mbox=INBOX&_sort=subject_DESC&_remote=1")).Should().MatchRegex("add_message_row\\(3(.|\n)*add_message_row\\(2(.|\n)*add_message_row\\(1");
        (await roundcube.GetAsync("_task=mail&_action=show&_uid=1&_mbox=INBOX")).Should().Contain("Ci vediamo perché è festa.");
    }

    private static async Task FlagsAndMovesAsync(RoundcubeSite roundcube, ImapClient other)
    {
        await roundcube.PostAsync("_task=mail&_action=mark", ("_uid", "2"), ("_mbox", "INBOX"), ("_flag", "flagged"), ("_remote", "1"));
        await roundcube.PostAsync("_task=mail&_action=mark", ("_uid", "1"), ("_mbox", "INBOX"), ("_flag", "read"), ("_remote", "1"));
        await roundcube.PostAsync("_task=mail&_action=move", ("_uid", "3"), ("_mbox", "INBOX"), ("_target_mbox", "Citt&AOA- &- paesi"), ("_remote", "1"));

        await other.NoOpAsync(Stop);
        var messages = await other.Inbox!.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Flags, Stop);
        messages.Select(message => (message.UniqueId.Id, message.Flags!.Value & ~MessageFlags.Recent)).Should()
            .Equal((1, MessageFlags.Seen), (2, MessageFlags.Flagged));
        var target = await other.GetFolderAsync("Città & paesi", Stop);
        await target.StatusAsync(StatusItems.Count, Stop);
        target.Count.Should().Be(1);
    }

    /// <summary>In the text without regard to accents, and in the subjects of all folders.</summary>
    private static async Task SearchesAsync(RoundcubeSite roundcube)
    {
        (await roundcube.GetAsync("_task=mail&_action=search&_mbox=INBOX&_q=perche&_headers=text&_filter=ALL&_scope=base&_remote=1")).Should()
            .Contain("add_message_row(1,").And.NotContain("add_message_row(2,");
        (await roundcube.GetAsync("_task=mail&_action=search&_mbox=INBOX&_q=turni&_headers=subject,from&_filter=ALL&_scope=all&_remote=1")).Should()
            .Contain("\"subject\":\"Turni\"").And.NotContain("\"subject\":\"Gita\"");
    }

    /// <summary>An answer by submission, filed in Sent once, and the mark on what it answers.</summary>
    private static async Task SendsAsync(RoundcubeSite roundcube, Mailbox info, ImapClient other)
    {
        var page = await roundcube.GetAsync("_task=mail&_action=compose&_reply_uid=1&_mbox=INBOX");
        string Hidden(string name) => page.Split($"name=\"{name}\" value=\"")[1].Split('"')[0];
        var identity = page.Split("name=\"_from\"")[1].Split("<option value=\"")[1].Split('"')[0];
        var sent = await roundcube.PostAsync(
            "_task=mail&_action=send&_framed=1", ("_token", Hidden("_token")), ("_task", "mail"), ("_action", "send"), ("_id", Hidden("_id")), ("_from", identity),
            ("_to", info.Address), ("_subject", "Re: Cena"), ("_message", "Volentieri.\n"), ("_is_html", "0"), ("_store_target", "Sent"));
        sent.Should().Contain("sent_successfully");

        var folder = other.GetFolder(SpecialFolder.Sent)!;
        await folder.StatusAsync(StatusItems.Count, Stop);
        folder.Count.Should().Be(1);
        await other.NoOpAsync(Stop);
        (await other.Inbox!.FetchAsync(0, 0, MessageSummaryItems.Flags, Stop))[0].Flags.Should().HaveFlag(MessageFlags.Answered);
    }
}
