using System.Text;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Server.Hosting;
using Casella.Server.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.CommandLine;

/// <summary>
/// casella history and casella destroy, the same whether they open the store themselves or ask the running server.
/// </summary>
public abstract class HistoryCommands : IDisposable
{
    private const string Info = "info@example.org";

    private readonly TestFolder _folder = new();

    private protected string Data => _folder.Data;

    [Fact]
    public async Task History_is_told_in_the_language_of_the_mailbox_or_in_another()
    {
        await PrepareAsync();

        var italian = await Run("history", Info, "--limit", "2");
        italian.ExitCode.Should().Be(0, italian.Errors);
        italian.Text.Should().Contain("Anna (Phone, IMAP, iOS Mail) ha messo «Dues» in Posta in arrivo")
            .And.Contain("Anna (Phone, IMAP, iOS Mail) ha segnato «Dues» in Posta in arrivo come speciale");
        var english = await Run("history", Info, "--language", "en", "--limit", "1");
        english.Text.Should().Contain("Anna (Phone, IMAP, iOS Mail) marked “Dues” in INBOX as flagged");
        english.Errors.Should().Contain("the newest 1.");
        await Run("account", "policy", Info, "language=en");
        (await Run("history", Info, "--limit", "1")).Text.Should().Contain("The office set “language” from “it” to “en”");

        var entries = (await Run("history", Info, "--person", "anna", "--json")).Json.GetProperty("entries").EnumerateArray().ToList();
        entries.Select(entry => entry.GetProperty("what").GetString()).Should().Equal("Added", "FlagsChanged");
        entries[0].GetProperty("by").GetProperty("client").GetString().Should().Be("iOS Mail");
        (await Run("history", Info, "--device", "Phone", "--until", "2020-01-01")).Text.Should().Contain("Nothing has happened");
    }

    [Fact]
    public async Task The_story_of_a_message_is_told_by_any_of_its_names()
    {
        await PrepareAsync();

        foreach (var name in (string[])["<dues@example.org>", "dues@example.org", "INBOX/1"])
        {
            var story = await Run("history", Info, "--message", name, "--language", "en");
            story.ExitCode.Should().Be(0, story.Errors);
            story.Text.Should().Contain("Dues (bea@example.org)").And.Contain("Message-ID  <dues@example.org>")
                .And.Contain("Anna (Phone, IMAP, iOS Mail) marked it as flagged").And.Contain("It is in INBOX.");
        }

        var json = (await Run("history", Info, "--message", "INBOX/1", "--json")).Json;
        json[0].GetProperty("events").EnumerateArray().Select(told => told.GetProperty("step").GetString()).Should().Equal("Added", "Flagged");
    }

    [Fact]
    public async Task Destroying_wants_a_yes_and_is_final()
    {
        await PrepareAsync();

        (await Run("destroy", Info, "--message", "dues@example.org")).Errors.Should()
            .Contain($"\"Dues\" of {Info} will be gone for good, content included. Say --yes");
        var destroyed = await Run("destroy", Info, "--message", "dues@example.org", "--yes");
        destroyed.ExitCode.Should().Be(0, destroyed.Errors);
        destroyed.Text.Should().Contain($"1 message of {Info} is gone for good.");

        (await Run("history", Info, "--message", "dues@example.org", "--language", "en")).Text.Should()
            .Contain("The office destroyed it for good").And.Contain("It is gone for good.");
        (await Run("destroy", Info, "--message", "dues@example.org", "--yes")).Text.Should().Contain("nothing there to destroy");
        (await Run("undo", Info, "--person", "anna", "--since", "2020-01-01")).Text.Should().Contain("nothing to put back");
        (await Run("verify")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_folder_is_destroyed_up_to_a_day()
    {
        await PrepareAsync();

        (await Run("destroy", Info, "--folder", "INBOX", "--before", "2020-01-01", "--yes")).Text.Should().Contain("nothing there to destroy");
        (await Run("destroy", Info, "--folder", "INBOX", "--yes", "--json")).Json.GetProperty("messages").GetInt32().Should().Be(1);
        (await Run("verify")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Why_a_message_is_spam_is_told_by_its_own_field()
    {
        await PrepareAsync();
        await WithAccountsAsync(services => AppendAsync(
            services,
            "X-Spam-Status: Yes, score=6.5 required=4.0\r\n\ttests=BAYES_SPAM:12=6.0,\r\n\tFIRST_CONTACT=0.5,\r\n\tDMARC_PASS=-0.5,\r\n\tR_UNHEARD=0.5\r\nReceived: by us\r\nFrom: x@evil.example\r\nSubject: Premio\r\nMessage-ID: <premio@evil.example>\r\n\r\nx\r\n"));

        var why = await Run("spam", "why", Info, "--message", "premio@evil.example");
        why.ExitCode.Should().Be(0, why.Errors);
        why.Text.Should().Be("Premio\n  6.5 points; from 4.0 on it is marked as spam\n    +6.0  somiglia a 12 messaggi segnati come SPAM\n    +0.5  primo contatto\n    -0.5  viene da chi dice (DMARC)\n    +0.5  R_UNHEARD\n");
        (await Run("spam", "why", Info, "--message", "premio@evil.example", "--language", "en")).Text.Should().Contain("looks like 12 messages marked as SPAM");
        var json = (await Run("spam", "why", Info, "--message", "premio@evil.example", "--json")).Json[0];
        json.GetProperty("reasons")[1].GetProperty("sign").GetString().Should().Be("FIRST_CONTACT");
        (await Run("spam", "why", Info, "--message", "dues@example.org")).Text.Should().Contain("was not judged");
    }

    [Theory]
    [InlineData("spam why info@example.org --message nobody@example.org", 1, "NoSuchMessage", "INBOX/12")]
    [InlineData("spam why info@example.org", 2, "Usage", "--message")]
    [InlineData("history info@example.org --message nobody@example.org", 1, "NoSuchMessage", "INBOX/12")]
    [InlineData("history info@example.org --person nobody", 1, "NoSuchPerson", "casella person list")]
    [InlineData("history info@example.org --device Fax", 1, "NoSuchDevice", "casella device list")]
    [InlineData("history info@example.org --since soon", 2, "InvalidTime", "yesterday 9:00")]
    [InlineData("history info@example.org --limit 0", 2, "Usage", "from 1 to 10000")]
    [InlineData("history info@example.org --language fr", 2, "Usage", "fr")]
    [InlineData("destroy info@example.org --yes", 2, "Usage", "--message ID or --folder")]
    [InlineData("destroy info@example.org --message x@y --before 2020-01-01", 2, "Usage", "--folder")]
    [InlineData("destroy info@example.org --folder Nowhere --yes", 1, "NoSuchMailbox", "Nowhere")]
    public async Task What_cannot_be_done_says_what_to_do(string line, int exitCode, string code, string words)
    {
        await PrepareAsync();

        var refused = await Run([.. line.Split(' '), "--json"]);

        refused.ExitCode.Should().Be(exitCode);
        refused.Json.GetProperty("error").GetProperty("code").GetString().Should().Be(code);
        refused.Errors.Should().Contain(words);
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync(["--data", Data, .. arguments]);

    /// <summary>Runs work on the accounts of the data folder.</summary>
    private protected abstract Task WithAccountsAsync(Func<IServiceProvider, Task> work);

    private static async Task AppendAsync(IServiceProvider services, string text)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var account = await services.GetRequiredService<MailDirectory>().AccountAsync(Info, cancelled);
        var mail = await services.GetRequiredService<MailAccounts>().OpenAsync(account.Id, Actor.Server, cancelled);
        await using var message = MessageStaging.FromBytes(Encoding.ASCII.GetBytes(text));
        await mail.AppendAsync((await mail.GetTreeAsync(cancelled)).Find(MailboxName.Inbox)!.Id, [new NewMessage(message, FlagNames.None, null)], cancelled);
    }

    /// <summary>Anna's phone has put a message into INBOX and flagged it.</summary>
    private async Task PrepareAsync()
    {
        await Run("domain", "add", "example.org");
        await Run("account", "add", Info);
        await Run("person", "add", "Anna", "--login", "anna");
        await Run("member", "add", Info, "anna");
        (await Run("device", "add", Info, "--person", "anna", "--name", "Phone")).ExitCode.Should().Be(0);
        await WithAccountsAsync(async services =>
        {
            var cancelled = TestContext.Current.CancellationToken;
            var device = await services.GetRequiredService<Devices>().FindAsync(Info, "Phone", cancelled);
            var account = await services.GetRequiredService<MailDirectory>().AccountAsync(Info, cancelled);
            var phone = await services.GetRequiredService<MailAccounts>().OpenAsync(
                account.Id, new Actor(device.Person!.Id, device.Id, AccessProtocol.Imap, device.Name, "iOS Mail"), cancelled);
            var inbox = (await phone.GetTreeAsync(cancelled)).Find(MailboxName.Inbox)!.Id;
            await using var message = MessageStaging.FromBytes(
                Encoding.ASCII.GetBytes("From: bea@example.org\r\nSubject: Dues\r\nMessage-ID: <dues@example.org>\r\n\r\nwords\r\n"));
            await phone.AppendAsync(inbox, [new NewMessage(message, FlagNames.None, null)], cancelled);
            await phone.StoreFlagsAsync(inbox, [new Uid(1)], FlagOperation.Add, new FlagNames(MessageFlags.Flagged, []), null, cancelled);
        });
    }
}

/// <summary>No server runs: each command opens the store and closes it.</summary>
public sealed class HistoryCommandsOnTheStore : HistoryCommands
{
    private protected override async Task WithAccountsAsync(Func<IServiceProvider, Task> work)
    {
        using var folder = DataFolder.TryOpen(Data)!;
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddStore(new CasellaOptions { HostName = "mail.example.org", Data = Data }, folder)
            .BuildServiceProvider();
        await work(services);
    }
}

/// <summary>A server runs: the commands go over its control socket.</summary>
public sealed class HistoryCommandsOverTheControlSocket : HistoryCommands, IAsyncLifetime
{
    private RunningServer? _server;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(Data);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Dispose();
    }

    private protected override Task WithAccountsAsync(Func<IServiceProvider, Task> work) => work(_server!.Server.Services);
}
