using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Search;
using MimeKit;

namespace Casella.Journeys;

/// <summary>What the server does unasked, as members and office meet it: with real clients and the command line.</summary>
public sealed class TheServerTakesCare(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_phone_that_deletes_much_is_obeyed_and_the_members_are_told_how_to_undo_it()
    {
        var info = await _server.AddMailboxAsync("info");
        using (var phone = await MailKitClients.ImapAsync(_server, info))
        {
            for (var number = 1; number <= 60; number++)
                await phone.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, $"message {number}")), Stop);
            await phone.Inbox!.CheckAsync(Stop);
            await phone.Inbox!.MoveToAsync(UniqueIdRange.All, await phone.GetFolderAsync("Trash", Stop), Stop);
        }

        var notice = await WaitForAsync(info, "Eliminati molti messaggi dalla cartella Posta in arrivo");

        notice.From.Mailboxes.Single().Should().BeEquivalentTo(new { Name = "Servizio di posta", Address = $"postmaster@{CasellaServer.Domain}" });
        notice.TextBody.Should().Contain("60 dei 60 messaggi").And.Contain($"casella undo {info.Address} --device \"common password\" --since \"");
    }

    [Fact]
    public async Task A_folder_that_a_program_has_made_for_itself_is_merged_by_the_office()
    {
        var info = await _server.AddMailboxAsync("info");
        using var outlook = await MailKitClients.ImapAsync(_server, info);
        var own = await outlook.GetFolder(outlook.PersonalNamespaces[0]).CreateAsync("Posta inviata", isMessageFolder: true, Stop);
        await own!.SubscribeAsync(Stop);
        await own.AppendAsync(new AppendRequest(MailKitClients.Message(info.Address, "mario@example.org", "Convocazione"), MessageFlags.Seen), Stop);

        (await _server.CommandAsync("account", "show", info.Address)).Output.Should().Contain($"Posta inviata (1 message) beside Sent; to merge: casella heal {info.Address}");
        (await _server.CommandAsync("heal", info.Address, "--dry-run")).Output.Should().Contain("Posta inviata: 1 message would move to Sent");
        (await _server.CommandAsync("heal", info.Address)).Output.Should().Contain("Posta inviata: 1 message moved to Sent, folder removed");

        using var thunderbird = await MailKitClients.ImapAsync(_server, info);
        var sent = await thunderbird.GetFolderAsync("Sent", Stop);
        await sent.OpenAsync(FolderAccess.ReadOnly, Stop);
        (await sent.SearchAsync(SearchQuery.SubjectContains("Convocazione").And(SearchQuery.Seen), Stop)).Should().HaveCount(1);
        (await thunderbird.GetFoldersAsync(thunderbird.PersonalNamespaces[0], cancellationToken: Stop)).Select(folder => folder.FullName).Should().NotContain("Posta inviata");
    }

    [Fact]
    public async Task Who_writes_to_a_closed_office_is_told_when_it_opens()
    {
        var (office, anna) = (await _server.AddMailboxAsync("info"), await _server.AddMailboxAsync("anna"));
        await _server.CommandAsync("account", "policy", office.Address, "answer=La segreteria è chiusa.\\nTorniamo il 7 gennaio.");
        using var submission = await MailKitClients.SubmissionAsync(_server, anna);
        await submission.SendAsync(MailKitClients.Message(anna.Address, office.Address, "Quando è il corso?"), Stop);

        var answer = await WaitForAsync(anna, "Auto: Quando è il corso?");

        answer.TextBody!.ReplaceLineEndings("\n").Should().Be("La segreteria è chiusa.\nTorniamo il 7 gennaio.\n");
        answer.Headers[HeaderId.AutoSubmitted].Should().Be("auto-replied");
    }

    private async Task<MimeMessage> WaitForAsync(Mailbox mailbox, string subject)
    {
        using var client = await MailKitClients.ImapAsync(_server, mailbox);
        for (var tries = 0; tries < 100; tries++)
        {
            if (await client.Inbox!.SearchAsync(SearchQuery.SubjectContains(subject), Stop) is [var found, ..])
                return await client.Inbox!.GetMessageAsync(found, Stop);
            await Task.Delay(100, Stop);
            await client.Inbox!.CheckAsync(Stop);
        }

        throw new TimeoutException($"there is no message \"{subject}\" in {mailbox.Address}");
    }
}
