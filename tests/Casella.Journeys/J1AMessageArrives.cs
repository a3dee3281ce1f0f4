using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace Casella.Journeys;

/// <summary>
/// Journey 1: another server brings a message on port 25, it is durable, and whoever looks at the mailbox hears of it.
/// </summary>
public sealed class J1AMessageArrives(SharedServer shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_idles_hears_of_a_message_that_swaks_brings()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Inbox!.CountChanged += (_, _) => heard.TrySetResult();
        using var done = new CancellationTokenSource();
        var idle = client.IdleAsync(done.Token, Stop);

        var swaks = await ProgramRun.OfAsync("swaks", [
            "--server", "127.0.0.1", "--port", $"{_server.Ports.Smtp}", "--tls", "--tls-ca-path", _server.AuthorityFile, "--tls-verify",
            "--ehlo", "mx.example.org", "--from", "mario@example.org", "--to", info.Address, "--header", "Subject: Riunione di giovedì", "--body", "Ci vediamo alle nove."]);
        await heard.Task.WaitAsync(Patience, Stop);
        await done.CancelAsync();
        await idle;

        swaks.Succeeded().Output.Should().Contain("250 2.0.0 Stored as");
        var message = await client.Inbox.GetMessageAsync(0, Stop);
        message.TextBody.Should().StartWith("Ci vediamo alle nove.");
        message.Headers[HeaderId.ReturnPath].Should().Be("<mario@example.org>");
        message.Headers[HeaderId.Received].Should().Contain("from mx.example.org").And.Contain("[127.0.0.1]").And.Contain("with ESMTPS").And.Contain($"for <{info.Address}>");
    }

    [Fact]
    public async Task A_tag_and_an_alias_lead_to_their_mailboxes()
    {
        var (anna, bruno) = (await _server.AddMailboxAsync("anna"), await _server.AddMailboxAsync("bruno"));
        var alias = $"direttivo-{Guid.NewGuid():N}@{CasellaServer.Domain}";
        await _server.CommandAsync("alias", "add", alias, anna.Address);
        await _server.CommandAsync("alias", "add", alias, bruno.Address);
        var tagged = anna.Address.Replace("@", "+corsi@", StringComparison.Ordinal);

        await MailKitClients.DeliverAsync(_server, MailKitClients.Message("mario@example.org", tagged, "tagged"), tagged);
        await MailKitClients.DeliverAsync(_server, MailKitClients.Message("mario@example.org", alias, "to all"), alias);

        (await SubjectsAsync(anna)).Should().Equal("tagged", "to all");
        (await SubjectsAsync(bruno)).Should().Equal("to all");
    }

    [Fact]
    public async Task Somebody_reads_what_a_domain_s_postmaster_gets()
    {
        await _server.CommandAsync("domain", "add", "sezione.test");
        var first = await _server.AddMailboxAsync("segreteria", domain: "sezione.test");

        await MailKitClients.DeliverAsync(_server, MailKitClients.Message("mario@example.org", "Postmaster@sezione.test", "help"), "Postmaster@sezione.test");

        (await SubjectsAsync(first)).Should().Equal("help");
    }

    [Fact]
    public async Task An_unknown_address_and_a_foreign_one_are_refused_at_once()
    {
        using var client = await MailKitClients.ServerToServerAsync(_server);
        var sender = MailboxAddress.Parse("mario@example.org");

        var unknown = () => client.SendAsync(MailKitClients.Message("mario@example.org", "nobody@example.test", "?"), sender, [MailboxAddress.Parse("nobody@example.test")], Stop);
        var relay = () => client.SendAsync(MailKitClients.Message("mario@example.org", "x@example.net", "?"), sender, [MailboxAddress.Parse("x@example.net")], Stop);

        (await unknown.Should().ThrowAsync<SmtpCommandException>()).Which.Message.Should().StartWith("5.1.1");
        (await relay.Should().ThrowAsync<SmtpCommandException>()).Which.Message.Should().StartWith("5.7.1");
    }

    [Fact]
    public async Task The_same_message_brought_twice_is_one_message()
    {
        var info = await _server.AddMailboxAsync("info");
        var message = MailKitClients.Message("mario@example.org", info.Address, "once");

        await MailKitClients.DeliverAsync(_server, message, info.Address);
        await MailKitClients.DeliverAsync(_server, message, info.Address);

        (await SubjectsAsync(info)).Should().Equal("once");
    }

    [Fact]
    public async Task What_was_accepted_is_there_after_the_server_was_killed()
    {
        await using var server = await CasellaServer.StartAsync();
        var info = await server.AddMailboxAsync("info");
        for (var i = 0; i < 20; i++)
            await MailKitClients.DeliverAsync(server, MailKitClients.Message("mario@example.org", info.Address, $"message {i}"), info.Address);

        await server.KillAndStartAgainAsync();

        using var client = await MailKitClients.ImapAsync(server, info);
        client.Inbox!.Count.Should().Be(20);
        (await client.Inbox.GetMessageAsync(19, Stop)).Subject.Should().Be("message 19");
        (await server.CommandAsync("verify")).ExitCode.Should().Be(0);
    }

    private async Task<IReadOnlyList<string?>> SubjectsAsync(Mailbox mailbox)
    {
        using var client = await MailKitClients.ImapAsync(_server, mailbox);
        return [.. (await client.Inbox!.FetchAsync(0, -1, MessageSummaryItems.Envelope, Stop)).Select(summary => summary.Envelope?.Subject)];
    }
}
