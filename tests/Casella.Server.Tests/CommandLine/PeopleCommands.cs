using System.Text.Json;
using AwesomeAssertions;
using Casella.Server.Administration;

namespace Casella.Server.Tests.CommandLine;

/// <summary>
/// The commands about persons, members and devices, the same whether they open the store themselves or ask the running
/// server.
/// </summary>
public abstract class PeopleCommands : IDisposable
{
    private const string Info = "info@example.org";

    private readonly TestFolder _folder = new();

    private protected string Data => _folder.Data;

    [Fact]
    public async Task A_person_becomes_a_member_and_gets_a_device()
    {
        await AddAccountAsync(Info);

        (await Run("person", "add", "Anna Rossi", "--login", "Anna.Rossi")).Text.Should()
            .Contain("Added Anna Rossi as anna.rossi.").And.Contain("member add ADDRESS anna.rossi");
        (await Run("member", "add", Info, "anna.rossi")).Text.Should().Contain($"anna.rossi may read, work, send in {Info}.").And.Contain("device add");
        var added = await Run("device", "add", Info, "--person", "anna.rossi", "--name", "Anna's iPhone", "--protocols", "smtp,IMAP");

        added.ExitCode.Should().Be(0, added.Errors);
        added.Text.Should().Contain($"Added Anna's iPhone of Anna Rossi to {Info} for imap, smtp.")
            .And.Contain($"User name  {Info}").And.MatchRegex("Password   ([a-z2-9]{4}-){7}[a-z2-9]{4}").And.Contain("shown only now");
        var listed = (await Run("device", "list", Info, "--json")).Json.EnumerateArray().ToList();
        listed.Select(device => device.GetProperty("name").GetString()).Should().Equal("common password", "Anna's iPhone");
        listed[1].GetProperty("person").GetString().Should().Be("Anna Rossi");
        listed[1].GetProperty("protocols").EnumerateArray().Select(protocol => protocol.GetString()).Should().Equal("imap", "smtp");
        (await Run("account", "show", Info)).Text.Should().Contain("Members   Anna Rossi (read,work,send)").And.Contain("Anna's iPhone");
        (await Run("person", "show", "anna.rossi")).Text.Should().Contain("anna.rossi  Anna Rossi").And.Contain(Info).And.Contain("Anna's iPhone");
    }

    [Fact]
    public async Task The_office_gets_an_owner_by_a_link_and_writes_down_who_did_what()
    {
        await AddAccountAsync(Info);
        await Run("person", "add", "Anna Rossi", "--login", "anna");

        (await Run("office", "link")).Text.Should().MatchRegex("https?://[^ ]+/welcome/[0-9a-f]{64}");
        (await Run("office", "set", "anna", "--roles", "domain-operator", "--domains", "example.org")).ExitCode.Should().Be(0);
        (await Run("office", "set", "anna", "--roles", "king")).ExitCode.Should().NotBe(0);
        (await Run("office", "list")).Text.Should().Contain("domain-operator").And.Contain("example.org");
        var token = (await Run("office", "token", "add", "website", "--person", "anna", "--scopes", "mailboxes:read", "--json")).Json.GetProperty("token").GetString()!;
        token.Should().StartWith("casella_");
        (await Run("office", "token", "list", "--json")).Text.Should().Contain("mailboxes:read").And.NotContain(token);
        (await Run("office", "journal", "--json")).Json.EnumerateArray().Select(entry => entry.GetProperty("act").GetString())
            .Should().ContainInOrder("token.add", "office.set", "person.add", "mailbox.add", "domain.add");
    }

    [Fact]
    public async Task A_list_of_a_domain_is_as_before_when_its_line_in_the_journal_is_undone()
    {
        await AddAccountAsync(Info);
        await Run("spam", "deny", "example.org", "shop.test");
        await Run("spam", "remove", "example.org", "shop.test");
        var newest = (await Run("office", "journal", "--limit", "1", "--json")).Json[0];
        newest.GetProperty("detail").GetString().Should().Be("shop.test=none was=deny");

        (await Run("spam", "undo", newest.GetProperty("id").GetRawText())).Text.Should().Contain("as it was before");

        (await Run("spam", "list", "example.org")).Text.Should().Contain("shop.test").And.Contain("into SPAM");
        var again = await Run("spam", "undo", newest.GetProperty("id").GetRawText(), "--json");
        again.ExitCode.Should().NotBe(0);
        again.Json.GetProperty("error").GetProperty("message").GetString().Should().Contain("changed again since");
    }

    [Fact]
    public async Task Addresses_that_are_dead_are_listed_and_one_that_is_not_cannot_be_lifted()
    {
        await AddAccountAsync(Info);

        (await Run("queue", "dead", "list", "--json")).Json.EnumerateArray().Should().BeEmpty();
        var lifted = await Run("queue", "dead", "lift", "nobody@elsewhere.test", "--json");
        lifted.ExitCode.Should().NotBe(0);
        lifted.Json.GetProperty("error").GetProperty("code").GetString().Should().Be("NotDead");
        (await Run("reports", "--about", "example.org", "--json")).Json.EnumerateArray().Should().BeEmpty();
        (await Run("reports", "7", "--json")).Json.GetProperty("error").GetProperty("code").GetString().Should().Be("NoSuchReport");
    }

    [Fact]
    public async Task Whether_a_member_sees_the_mailbox_below_others_can_be_chosen()
    {
        await AddPhoneAsync("anna");
        (await Run("member", "list", Info, "--json")).Json[0].GetProperty("oneLogin").GetString().Should().Be("auto");

        (await Run("member", "one-login", Info, "anna", "off")).Text.Should().Contain($"{Info} under one login for anna: off.");

        (await Run("member", "list", Info, "--json")).Json[0].GetProperty("oneLogin").GetString().Should().Be("off");
        (await Run("member", "one-login", Info, "anna", "maybe")).ExitCode.Should().NotBe(0);
    }

    [Fact]
    public async Task The_password_of_a_device_is_shown_once_and_never_again()
    {
        await AddPhoneAsync("anna");
        var password = (await Run("device", "add", Info, "--person", "anna", "--name", "Tablet", "--json")).Json.GetProperty("password").GetString()!;

        foreach (var command in new[] { $"device list {Info}", $"account show {Info}", "person show anna" })
            (await Run([.. command.Split(' '), "--json"])).Text.Should().NotContain(password).And.NotContain(password.Replace("-", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("person show nobody", "NoSuchPerson", "casella person list")]
    [InlineData("person add Other --login ANNA", "PersonExists", "Choose another")]
    [InlineData("person add Other --login a:b", "InvalidValue", "a–z")]
    [InlineData("member add info@example.org nobody", "NoSuchPerson", "casella person list")]
    [InlineData("member remove info@example.org marco", "InvalidValue", "casella member add info@example.org marco")]
    [InlineData("device add info@example.org --person marco --name Phone", "InvalidValue", "casella member add info@example.org marco")]
    [InlineData("device revoke info@example.org Fax --yes", "NoSuchDevice", "casella device list")]
    public async Task What_cannot_be_done_says_what_to_do(string line, string code, string words)
    {
        await AddPhoneAsync("anna");
        await Run("person", "add", "Marco", "--login", "marco");

        var refused = await Run([.. line.Split(' '), "--json"]);

        refused.ExitCode.Should().Be(1);
        refused.Json.GetProperty("error").GetProperty("code").GetString().Should().Be(code);
        refused.Errors.Should().Contain(words);
    }

    [Fact]
    public async Task Revoking_wants_a_yes_and_takes_a_name_or_a_number()
    {
        var id = await AddPhoneAsync("anna");

        (await Run("device", "revoke", Info, "anna's phone")).Errors.Should().Contain("Say --yes");
        (await Run("device", "revoke", Info, $"{id}", "--yes")).Text.Should().Contain("Revoked Phone of anna; 0 open sessions ended.");
        (await Run("device", "revoke", Info, "common password", "--yes")).Text.Should().Contain("Revoked common password;");

        (await Run("device", "list", Info, "--json")).Json.EnumerateArray().Should().OnlyContain(device => HasTime(device, "revokedAt"));
        (await Run("account", "set-password", Info)).Text.Should().Contain("Password (shown only now): ");
        (await Run("device", "list", Info, "--json")).Json.EnumerateArray().Count(device => !HasTime(device, "revokedAt")).Should().Be(1);
    }

    [Fact]
    public async Task Who_leaves_gets_a_report_and_the_mail_stays()
    {
        await AddPhoneAsync("anna");
        (await Run("person", "leave", "anna")).Errors.Should().Contain("1 device closed, out of 1 mailbox; the mail stays").And.Contain("Say --yes");

        var left = await Run("person", "leave", "anna", "--yes");

        left.ExitCode.Should().Be(0, left.Errors);
        left.Text.Should().Contain("anna (anna) has left.").And.Contain("Phone").And.Contain($"Nobody may manage {Info} now.")
            .And.Contain($"No person is a member of {Info} now");
        (await Run("member", "list", Info, "--json")).Json.GetArrayLength().Should().Be(0);
        (await Run("person", "list")).Text.Should().MatchRegex(@"anna +anna +it +\S+ \S+ +\S+ \S+");
        (await Run("verify")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_person_has_a_password_of_their_own_which_is_shown_only_when_it_was_made()
    {
        await Run("person", "add", "Anna", "--login", "anna", "--language", "en");

        (await Run("person", "set-password", "anna", "--json")).Json.GetProperty("password").GetString()!.Length.Should().BeGreaterThan(12);

        var shown = (await Run("person", "show", "anna", "--json")).Json.GetProperty("person");
        shown.GetProperty("hasPassword").GetBoolean().Should().BeTrue();
        shown.GetProperty("language").GetString().Should().Be("en");
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync(["--data", Data, .. arguments]);

    private async Task AddAccountAsync(string address)
    {
        await Run("domain", "add", address.Split('@')[1]);
        (await Run("account", "add", address)).ExitCode.Should().Be(0);
    }

    /// <summary>A member of the mailbox with the device "Phone"; its number.</summary>
    private async Task<long> AddPhoneAsync(string login)
    {
        await AddAccountAsync(Info);
        await Run("person", "add", login, "--login", login);
        await Run("member", "add", Info, login);
        var added = await Run("device", "add", Info, "--person", login, "--name", "Phone", "--json");
        return added.Json.GetProperty("device").GetProperty("id").GetInt64();
    }

    private static bool HasTime(JsonElement device, string name) => device.TryGetProperty(name, out _);
}

/// <summary>No server runs: each command opens the store and closes it.</summary>
public sealed class PeopleCommandsOnTheStore : PeopleCommands
{
    [Fact]
    public void Requests_never_show_a_password() =>
        new ControlCall("1.0", new AddPerson("Anna", "anna", default, "secret")).ToString().Should().NotContain("secret");
}

/// <summary>A server runs: the commands go over its control socket.</summary>
public sealed class PeopleCommandsOverTheControlSocket : PeopleCommands, IAsyncLifetime
{
    private RunningServer? _server;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(Data);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Dispose();
    }
}
