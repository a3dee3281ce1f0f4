using AwesomeAssertions;
using Casella.Core;

namespace Casella.Server.Tests.CommandLine;

/// <summary>What holds for every command: help, exit codes, and words for a wrong call.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string> Commands =>
    [
        "", "serve", "status", "domain", "domain add", "domain list", "domain remove", "account", "account add", "account list", "account show",
        "account set-password", "account set-quota", "account policy", "account remove", "account import", "alias", "alias add", "alias list", "alias remove",
        "person", "person add", "person list", "person show", "person set-password", "person leave", "member", "member add", "member remove", "member list",
        "device", "device add", "device list", "device revoke", "heal", "history", "undo", "destroy", "queue", "queue list", "queue retry", "queue remove", "queue dead", "queue dead list", "queue dead lift", "spam", "spam undo", "trace", "contact", "backup", "backup list", "backup verify", "restore", "export", "import", "bans", "bans list", "bans lift", "logs", "office", "office link", "office list", "office set", "office invite", "office journal", "office token", "office token add", "doctor", "top", "verify", "repair", "config", "config describe",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_help_that_names_json(string command)
    {
        var help = await CommandResult.OfAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        help.ExitCode.Should().Be(0);
        help.Text.Should().Contain("Usage:").And.Contain("--json").And.Contain("--data");
        help.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData("account add", "Required argument missing")]
    [InlineData("account ad info@example.org", "'ad'")]
    [InlineData("account add info@example.org --quota plenty", "\"plenty\" is not a quota")]
    [InlineData("status --colour", "'--colour'")]
    [InlineData("member add info@example.org anna --rights everything", "\"everything\" are no rights")]
    [InlineData("device add info@example.org --person anna --name x --protocols imap,fax", "\"imap,fax\" are no protocols")]
    [InlineData("person add Anna", "--login")]
    [InlineData("person add Anna --login anna --language fr", "'fr'")]
    [InlineData("logs --level loud", "--level: 'loud' is none of trace, debug, information, warning, error, critical")]
    [InlineData("logs --lines many", "--lines: 'many' is no whole number")]
    [InlineData("logs --lines -3", "from 0 to 2000")]
    [InlineData("history info@example.org --limit many", "--limit: 'many' is no whole number")]
    [InlineData("logs --folow", "'--folow'")]
    [InlineData("export info@example.org x --format pst", "--format: 'pst' is none of mbox, maildir, zip")]
    [InlineData("export info@example.org x", "--format")]
    [InlineData("backup there --keep x", "--keep: 'x' is no whole number")]
    [InlineData("backup --kep", "'--kep'")]
    [InlineData("import info@example.org --agin x.mbox", "'--agin'")]
    [InlineData("import info@example.org", "Required argument missing")]
    [InlineData("repair --everything", "'--everything'")]
    [InlineData("verify --all", "'--all'")]
    [InlineData("verify a@example.org b@example.org", "'b@example.org'")]
    [InlineData("doctor --nodns", "'--nodns'")]
    [InlineData("bans lift", "Required argument missing")]
    [InlineData("bans anna", "'anna'")]
    [InlineData("office link now", "'now'")]
    [InlineData("office token add site --person anna --scopes x --days soon", "--days: 'soon' is no whole number")]
    [InlineData("top --wat", "'--wat'")]
    [InlineData("restore", "Required argument missing")]
    public async Task A_wrong_call_ends_with_2_and_points_to_help(string line, string words)
    {
        var wrong = await Run(line.Split(' '));

        wrong.ExitCode.Should().Be(2);
        wrong.Errors.Should().StartWith("casella: ").And.Contain(words).And.Contain("--help");
        Directory.Exists(_folder.Data).Should().BeFalse("nothing was tried");
    }

    [Theory]
    [InlineData("restore there --as x@example.org", "go with --mailbox")]
    [InlineData("restore there --mailbox a@example.org --replace", "not for --mailbox")]
    [InlineData("restore there --mailbox a@example.org --at soon", "is not a time")]
    [InlineData("restore there --at soon", "is not a time")]
    [InlineData("backup verify there --at soon", "is not a time")]
    [InlineData("backup", "Say where")]
    [InlineData("backup there --keep 0", "at least 1")]
    [InlineData("repair", "Say which mailbox")]
    [InlineData("top --watch --json", "for people")]
    public async Task What_options_do_not_fit_ends_with_2(string line, string words)
    {
        var wrong = await Run(line.Split(' '));

        wrong.ExitCode.Should().Be(2);
        (wrong.Errors + wrong.Text).Should().Contain(words);
    }

    /// <summary>Of each kind of file: a program that is older than the data says so, and touches nothing.</summary>
    [Theory]
    [InlineData("directory.db", "account list")]
    [InlineData("queue.db", "queue list")]
    [InlineData("accounts", "account show info@example.org")]
    public async Task What_a_newer_program_has_written_is_refused_with_words(string name, string command)
    {
        await Run("domain", "add", "example.org");
        await Run("account", "add", "info@example.org");
        var path = Path.Join(_folder.Data, name);
        var file = File.Exists(path) ? path : Directory.EnumerateFiles(path, "mail.db", SearchOption.AllDirectories).Single();
        // The version of a SQLite file's schema is in its header, at octet 60.
        await using (var stream = File.OpenWrite(file))
        {
            stream.Position = 60;
            await stream.WriteAsync(new byte[] { 0, 0, 0, 99 }, TestContext.Current.CancellationToken);
        }

        var before = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var refused = await Run(command.Split(' '));

        refused.ExitCode.Should().Be(1);
        refused.Errors.Should().Contain("was written by a newer Casella").And.Contain("schema 99");
        if (name is not "accounts")
            (await Assert.ThrowsAsync<MailException>(() => RunningServer.StartAsync(_folder.Data))).Detail.Should().Contain("newer Casella", "nothing is served either");
        (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).Should().Equal(before);
    }

    [Fact]
    public async Task Behind_two_dashes_a_name_may_look_like_an_option()
    {
        await Run("domain", "add", "example.org");

        (await CommandResult.OfAsync("--data", _folder.Data, "verify", "--", "--all")).Errors.Should().Contain("\"--all\" is not an address");
    }

    [Fact]
    public async Task A_wrong_setting_ends_with_2()
    {
        var wrong = await Run("status", "--Listeners:Imapss=off");

        wrong.ExitCode.Should().Be(2);
        wrong.Errors.Should().Contain("did you mean \"Listeners:Imaps\"?");
    }

    [Fact]
    public async Task A_wrong_setting_with_json_is_a_document_too() =>
        (await Run("status", "--json", "--Bananas=1")).Json.GetProperty("error").GetProperty("code").GetString().Should().Be("Configuration");

    [Fact]
    public async Task Status_without_a_server_ends_with_1_and_says_how_to_start_one()
    {
        var status = await Run("status");

        status.ExitCode.Should().Be(1);
        status.Text.Should().Contain("No server runs on").And.Contain("casella serve");
        (await Run("status", "--json")).Json.GetProperty("running").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task The_configuration_is_described_with_what_it_is_set_to()
    {
        var described = await Run("config", "describe", "--json", "--Listeners:Imap=127.0.0.1:1143");

        var imap = described.Json.EnumerateArray().Single(o => o.GetProperty("option").GetString() is "Listeners:Imap");
        imap.GetProperty("default").GetString().Should().Be("*:143");
        imap.GetProperty("value").GetString().Should().Be("127.0.0.1:1143");
        (await Run("config", "describe", "--Listeners:Imap=off")).Text.Should().Contain("Listeners:Imap = off   (default *:143)");
    }

    [Fact]
    public async Task An_import_of_a_file_that_is_not_there_ends_with_1()
    {
        var missing = await Run("account", "import", Path.Join(_folder.Path, "none.csv"));

        missing.ExitCode.Should().Be(1);
        missing.Errors.Should().Contain("cannot be read");
    }

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync(["--data", _folder.Data, .. arguments]);
}
