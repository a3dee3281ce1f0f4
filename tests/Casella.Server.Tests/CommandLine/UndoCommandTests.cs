using System.Globalization;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.CommandLine;

/// <summary>casella undo, asked of a running server in which a device has done something.</summary>
public sealed class UndoCommandTests : IAsyncLifetime
{
    private const string Info = "info@example.org";

    private readonly TestFolder _folder = new();
    private RunningServer _server = null!;
    private MailAccount _phone = null!;
    private MailAccount _laptop = null!;
    private string _since = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_folder.Data);
        await Run("domain", "add", "example.org");
        await Run("account", "add", Info);
        (_phone, _laptop) = (await DoorAsync("anna", "Anna Rossi", "Phone"), await DoorAsync("marco", "Marco", "PC"));
        for (var i = 1; i <= 3; i++)
            await _laptop.AppendAsync(await IdAsync("INBOX"), [new NewMessage(Message(i), FlagNames.None, null)], Cancelled);
        // The log has milliseconds.
        await Task.Delay(20, Cancelled);
        _since = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffK", CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        (await Run("verify")).ExitCode.Should().Be(0);
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_says_what_was_put_back_where_and_how_to_take_that_back()
    {
        await _phone.MoveAsync(await IdAsync("INBOX"), [new Uid(1)], await IdAsync("Trash"), Cancelled);
        await _phone.ExpungeAsync(await IdAsync("INBOX"), [new Uid(2)], onlyDeleted: false, Cancelled);

        var trial = await Run("undo", Info, "--device", "phone", "--since", _since, "--dry-run");
        trial.Text.Should().Contain("2 messages would be as before:").And.Contain("moved back to INBOX: message 1").And.NotContain("To take this back");
        var undone = await Run("undo", Info, "--device", "phone", "--since", _since);

        undone.ExitCode.Should().Be(0, undone.Errors);
        undone.Text.Should().Contain("2 messages are as before:").And.Contain("  moved back to INBOX: message 1").And.Contain("  put back into INBOX: message 2");
        var change = undone.Text.Split("--change ")[1].Trim();
        (await InboxAsync()).Should().Be(3);

        (await Run("undo", Info, "--change", change)).Text.Should().Contain("2 messages are as before:").And.Contain("moved back to Trash: message 1").And.Contain("taken out of INBOX: message 2");
        (await InboxAsync()).Should().Be(1);
        (await Run("undo", Info, "--person", "anna", "--since", "1h")).Text.Should().Contain("2 messages are as before:");
        (await Run("undo", Info, "--person", "anna", "--since", "1h")).Text.Should().Contain("There was nothing to put back.");
    }

    [Fact]
    public async Task What_is_left_is_named_with_who_changed_it()
    {
        await _phone.CreateMailboxAsync(MailboxName.Parse("Corso"), SpecialUse.None, Cancelled);
        await _phone.MoveAsync(await IdAsync("INBOX"), [new Uid(1)], await IdAsync("Corso"), Cancelled);
        await _laptop.StoreFlagsAsync(await IdAsync("Corso"), [new Uid(1)], FlagOperation.Add, new FlagNames(MessageFlags.Answered, []), null, Cancelled);

        var undone = await Run("undo", Info, "--device", "Phone", "--since", _since);

        undone.Text.Should().Contain("There was nothing to put back.").And.Contain("Left as it is:")
            .And.Contain("  message 1: changed since by Marco (PC), ").And.Contain("  Corso: in use: there are messages or folders in it");
    }

    [Fact]
    public async Task Of_one_message_only()
    {
        await _phone.MoveAsync(await IdAsync("INBOX"), [new Uid(1), new Uid(2), new Uid(3)], await IdAsync("Trash"), Cancelled);

        var undone = await Run("undo", Info, "--message", "<m1@example.org>", "--message", "m3@example.org", "--since", _since, "--json");

        undone.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("what").GetString()).Should().Equal("message 1", "message 3");
        (await InboxAsync()).Should().Be(2);
        (await Run("undo", Info, "--message", "nobody@example.org", "--since", _since)).Errors.Should().Contain("knows no message");
    }

    [Theory]
    [InlineData("undo info@example.org --since 2h", "Say what")]
    [InlineData("undo info@example.org --device Phone", "Say from when on")]
    [InlineData("undo info@example.org --device Fax --since 2h", "casella device list")]
    [InlineData("undo info@example.org --device Phone --since 99999999h", "is not a time")]
    public async Task What_is_not_clear_is_asked_back(string line, string words)
    {
        var refused = await Run(line.Split(' '));

        refused.ExitCode.Should().NotBe(0);
        refused.Errors.Should().Contain(words);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync(["--data", _folder.Data, .. arguments]);

    private async Task<MailAccount> DoorAsync(string login, string name, string device)
    {
        await Run("person", "add", name, "--login", login);
        await Run("member", "add", Info, login);
        var added = (await Run("device", "add", Info, "--person", login, "--name", device, "--json")).Json.GetProperty("device");
        var person = (await Run("person", "show", login, "--json")).Json.GetProperty("person").GetProperty("id").GetInt64();
        var actor = new Actor(new PersonId(person), new DeviceId(added.GetProperty("id").GetInt64()), AccessProtocol.Imap, device);
        var id = (await Services.GetRequiredService<Casella.Core.Directory.MailDirectory>().AccountAsync(Info, Cancelled)).Id;
        return await Services.GetRequiredService<MailAccounts>().OpenAsync(id, actor, Cancelled);
    }

    private IServiceProvider Services => _server.Server.Services;

    private async Task<MailboxId> IdAsync(string name) => (await _phone.GetTreeAsync(Cancelled)).Find(MailboxName.Parse(name))!.Id;

    private async Task<int> InboxAsync() => (await _phone.GetTreeAsync(Cancelled)).Find(MailboxName.Inbox)!.Messages;

    private static StagedMessage Message(int number) => MessageStaging.FromBytes(
        System.Text.Encoding.ASCII.GetBytes($"Subject: message {number}\r\nMessage-ID: <m{number}@example.org>\r\n\r\nx\r\n"));
}
