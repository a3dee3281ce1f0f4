using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Security;

namespace Casella.Journeys;

/// <summary>
/// Journey 9: Anna leaves the association. One command closes her devices in every mailbox, her open programs are out, the
/// mail and her name in its story stay, and whoever writes is told whom to ask.
/// </summary>
public sealed class J9APersonLeaves(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Her_devices_close_the_mail_stays_and_the_others_go_on()
    {
        var (info, board) = (await _server.AddMailboxAsync("info"), await _server.AddMailboxAsync("consiglio"));
        var (anna, marco) = ($"anna-{info.Address}", $"marco-{info.Address}");
        await _server.CommandAsync("person", "add", "Anna", "--login", anna);
        await _server.CommandAsync("person", "add", "Marco", "--login", marco);
        var phone = await AddDeviceAsync(info, anna, "Anna's phone");
        var tablet = await AddDeviceAsync(board, anna, "Anna's tablet");
        var desk = await AddDeviceAsync(info, marco, "Marco's PC");
        using var open = await MailKitClients.ImapAsync(_server, phone);
        using var other = await MailKitClients.ImapAsync(_server, desk);
        await open.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message(info.Address, "mario@example.org", "Verbale"), MessageFlags.Seen), Stop);

        await FluentActions.Awaiting(() => _server.CommandAsync("no\n", ["person", "leave", anna])).Should().ThrowAsync<InvalidOperationException>("it is asked before");
        await open.NoOpAsync(Stop);
        var left = await _server.CommandAsync("person", "leave", anna, "--yes");

        left.Output.Should().Contain($"Anna ({anna}) has left.").And.Contain("Anna's phone").And.Contain("Anna's tablet").And.Contain(board.Address);
        await FluentActions.Awaiting(() => open.NoOpAsync(Stop)).Should().ThrowAsync<Exception>("her program is signed out");
        foreach (var gone in (Mailbox[])[phone, tablet])
            await FluentActions.Awaiting(() => MailKitClients.ImapAsync(_server, gone)).Should().ThrowAsync<AuthenticationException>();
        await other.Inbox!.CheckAsync(Stop);
        (await other.Inbox!.GetMessageAsync(other.Inbox.Count - 1, Stop)).Subject.Should().Be("Verbale");
        (await _server.CommandAsync("history", info.Address)).Output.Should().Contain("Anna");

        await TheOfficeAnswersForHerAsync(board);
        await FluentActions.Awaiting(() => _server.CommandAsync("person", "leave", anna, "--yes")).Should().ThrowAsync<InvalidOperationException>().WithMessage("*has left*");
    }

    /// <summary>The mailbox that was hers alone goes on taking mail, and says so to who writes.</summary>
    private async Task TheOfficeAnswersForHerAsync(Mailbox board)
    {
        var writer = await _server.AddMailboxAsync("mario");
        await _server.CommandAsync("account", "policy", board.Address, "answer=Anna non lavora più qui: scrivi a info.");
        using (var submission = await MailKitClients.SubmissionAsync(_server, writer))
            await submission.SendAsync(MailKitClients.Message(writer.Address, board.Address, "Cara Anna"), Stop);
        using var imap = await MailKitClients.ImapAsync(_server, board);
        imap.Inbox!.Count.Should().Be(1);
        using var reader = await MailKitClients.ImapAsync(_server, writer);
        for (var tries = 0; reader.Inbox!.Count == 0 && tries < 200; tries++)
        {
            await Task.Delay(50, Stop);
            await reader.NoOpAsync(Stop);
        }

        (await reader.Inbox!.GetMessageAsync(0, Stop)).TextBody.Should().Contain("scrivi a info");
    }

    private async Task<Mailbox> AddDeviceAsync(Mailbox mailbox, string login, string name)
    {
        await _server.CommandAsync("member", "add", mailbox.Address, login, "--rights", "read,work,send");
        var added = await _server.CommandAsync("device", "add", mailbox.Address, "--person", login, "--name", name, "--json");
        return mailbox with { Password = JsonDocument.Parse(added.Output).RootElement.GetProperty("password").GetString()! };
    }
}
