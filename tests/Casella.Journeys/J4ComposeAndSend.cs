using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using Casella.Journeys.World;
using MailKit;
using MailKit.Net.Imap;
using MimeKit;

namespace Casella.Journeys;

/// <summary>
/// Journey 4: a user sends to colleagues and to another domain, found by DNS; what could not arrive he is told.
/// </summary>
public sealed class J4ComposeAndSend
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_message_reaches_a_colleague_a_stranger_and_a_hidden_reader()
    {
        await using var foreign = new ForeignServer();
        using var names = new NameServer("elsewhere.test");
        await using var server = await CasellaServer.StartAsync(names.Setting, foreign.PortSetting);
        var (anna, bruno) = (await server.AddMailboxAsync("anna"), await server.AddMailboxAsync("bruno"));
        var message = MailKitClients.Message(anna.Address, "mario@elsewhere.test", "Riunione", ".punto\r\n..due\r\nfine\r\n");
        message.Cc.Add(MailboxAddress.Parse(bruno.Address));
        message.Bcc.Add(MailboxAddress.Parse("segreto@elsewhere.test"));

        await SendAsync(server, anna, message);

        var arrived = await foreign.NextAsync();
        arrived.Sender.Should().Be(anna.Address);
        arrived.Recipients.Should().BeEquivalentTo("mario@elsewhere.test", "segreto@elsewhere.test");
        arrived.Content.Should().EndWith("\r\n\r\n.punto\r\n..due\r\nfine\r\n").And.NotContain("segreto").And.NotContain("Bcc");
        arrived.Content.Should().Contain("with ESMTPSA").And.Contain("Message-Id:").And.Contain("Date:");
        foreign.HasNothingMore.Should().BeTrue();
        using var client = await MailKitClients.ImapAsync(server, bruno);
        var copy = await client.Inbox!.GetMessageAsync(0, Stop);
        copy.Subject.Should().Be("Riunione");
        copy.Bcc.Count.Should().Be(0);
    }

    [Fact]
    public async Task A_recipient_who_does_not_exist_comes_back_as_a_report_and_the_other_one_has_his_mail()
    {
        await using var foreign = new ForeignServer();
        using var names = new NameServer("elsewhere.test");
        await using var server = await CasellaServer.StartAsync(names.Setting, foreign.PortSetting);
        var anna = await server.AddMailboxAsync("anna");
        var message = MailKitClients.Message(anna.Address, "nobody@elsewhere.test", "Riunione");
        message.To.Add(MailboxAddress.Parse("mario@elsewhere.test"));
        using var client = await MailKitClients.ImapAsync(server, anna);
        var report = ArrivalAsync(client);

        await SendAsync(server, anna, message);

        (await foreign.NextAsync()).Recipients.Should().Equal("mario@elsewhere.test");
        var bounce = await report;
        bounce.Headers[HeaderId.ReturnPath].Should().Be("<>");
        bounce.Body.Should().BeOfType<MultipartReport>().Which.ReportType.Should().Be("delivery-status");
        var status = bounce.BodyParts.OfType<MessageDeliveryStatus>().Single().StatusGroups[1];
        status["Final-Recipient"].Should().Be("rfc822; nobody@elsewhere.test");
        status["Action"].Should().Be("failed");
        status["Status"].Should().Be("5.1.1");
        status["Diagnostic-Code"].Should().Contain("no such mailbox here");
        (await QueueAsync(server)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_is_reported_too()
    {
        using var names = new NameServer("elsewhere.test");
        await using var server = await CasellaServer.StartAsync(names.Setting);
        var anna = await server.AddMailboxAsync("anna");
        using var client = await MailKitClients.ImapAsync(server, anna);
        var report = ArrivalAsync(client);

        await SendAsync(server, anna, MailKitClients.Message(anna.Address, "mario@mistyped.invalid", "?"));

        (await report).BodyParts.OfType<MessageDeliveryStatus>().Single().StatusGroups[1]["Action"].Should().Be("failed");
    }

    [Fact]
    public async Task What_waits_survives_a_kill_and_goes_out_once_when_the_other_server_is_back()
    {
        await using var foreign = new ForeignServer { IsBusy = true };
        using var names = new NameServer("elsewhere.test");
        await using var server = await CasellaServer.StartAsync(names.Setting, foreign.PortSetting);
        var anna = await server.AddMailboxAsync("anna");
        await SendAsync(server, anna, MailKitClients.Message(anna.Address, "mario@elsewhere.test", "waits"));
        var waiting = await WaitForAttemptAsync(server);
        waiting.GetProperty("lastError").GetString().Should().Contain("busy, come back later");

        await server.KillAndStartAgainAsync();
        var id = (await QueueAsync(server)).Single().GetProperty("id").GetString()!;
        foreign.IsBusy = false;
        await server.CommandAsync("queue", "retry", id);

        var mail = await foreign.NextAsync();
        mail.Recipients.Should().Equal("mario@elsewhere.test");
        mail.Content.Should().Contain("Subject: waits");
        await UntilAsync(async () => (await QueueAsync(server)).Count == 0);
        foreign.HasNothingMore.Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_sent_is_in_Sent_once_although_the_program_files_it_too(bool hasBcc)
    {
        await using var server = await CasellaServer.StartAsync();
        var (anna, bruno) = (await server.AddMailboxAsync("anna"), await server.AddMailboxAsync("bruno"));
        using var client = await MailKitClients.ImapAsync(server, anna);
        var question = MailKitClients.Message(bruno.Address, anna.Address, "Quando?");
        await MailKitClients.DeliverAsync(server, question, anna.Address);
        var answer = MailKitClients.Message(anna.Address, bruno.Address, "Re: Quando?");
        answer.InReplyTo = question.MessageId;
        if (hasBcc)
            answer.Bcc.Add(MailboxAddress.Parse(bruno.Address));

        // MailKit sends without the Bcc field, as all programs do, and files with it.
        await SendAsync(server, anna, answer);
        var sent = client.GetFolder(SpecialFolder.Sent)!;
        await sent.OpenAsync(FolderAccess.ReadWrite, Stop);
        sent.Count.Should().Be(1, "the server has filed it before it answered");
        var uid = await sent.AppendAsync(answer, MessageFlags.Seen, Stop);

        await client.NoOpAsync(Stop);
        var kept = (await sent.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Flags, Stop)).Should().ContainSingle().Subject;
        kept.UniqueId.Should().Be(uid!.Value);
        (kept.Flags!.Value & MessageFlags.Seen).Should().Be(MessageFlags.Seen);
        (await sent.GetMessageAsync(uid.Value, Stop)).Bcc.Count.Should().Be(hasBcc ? 1 : 0);
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly, Stop);
        var original = (await client.Inbox.FetchAsync(0, -1, MessageSummaryItems.Flags, Stop)).Should().ContainSingle().Subject;
        (original.Flags!.Value & MessageFlags.Answered).Should().Be(MessageFlags.Answered);
    }

    [Fact]
    public async Task What_is_sent_is_in_Sent_after_a_kill()
    {
        await using var foreign = new ForeignServer { IsBusy = true };
        using var names = new NameServer("elsewhere.test");
        await using var server = await CasellaServer.StartAsync(names.Setting, foreign.PortSetting);
        var anna = await server.AddMailboxAsync("anna");
        var message = MailKitClients.Message(anna.Address, "mario@elsewhere.test", "waits");
        await SendAsync(server, anna, message);

        await server.KillAndStartAgainAsync();
        await SendAsync(server, anna, message);     // the program never heard the answer

        using var client = await MailKitClients.ImapAsync(server, anna);
        var sent = client.GetFolder(SpecialFolder.Sent)!;
        await sent.OpenAsync(FolderAccess.ReadOnly, Stop);
        (await sent.GetMessageAsync(0, Stop)).Subject.Should().Be("waits");
        sent.Count.Should().Be(1);
    }

    private static async Task SendAsync(CasellaServer server, Mailbox sender, MimeMessage message)
    {
        using var client = await MailKitClients.SubmissionAsync(server, sender);
        await client.SendAsync(message, Stop);
        await client.DisconnectAsync(quit: true, Stop);
    }

    /// <summary>The first message that comes into an empty inbox; heard of by IDLE.</summary>
    private static async Task<MimeMessage> ArrivalAsync(ImapClient client)
    {
        using var arrived = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        client.Inbox!.CountChanged += (_, _) => arrived.Cancel();
        await client.IdleAsync(arrived.Token, Stop).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        return await client.Inbox.GetMessageAsync(0, Stop);
    }

    private static async Task<JsonElement> WaitForAttemptAsync(CasellaServer server)
    {
        JsonElement recipient = default;
        await UntilAsync(async () =>
        {
            recipient = (await QueueAsync(server)).Single().GetProperty("recipients")[0];
            return recipient.GetProperty("attempts").GetInt32() > 0;
        });
        return recipient;
    }

    private static async Task<IReadOnlyList<JsonElement>> QueueAsync(CasellaServer server) =>
        [.. JsonDocument.Parse((await server.CommandAsync("queue", "list", "--json")).Output).RootElement.EnumerateArray()];

    /// <summary>
    /// The queue tells nobody when it is done: asked again and again, each time by a process of its own.
    /// </summary>
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (await condition())
                return;
        }

        throw new TimeoutException("It did not happen.");
    }
}
