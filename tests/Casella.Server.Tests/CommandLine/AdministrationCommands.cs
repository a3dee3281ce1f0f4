using System.Text.Json;
using AwesomeAssertions;

namespace Casella.Server.Tests.CommandLine;

/// <summary>
/// The commands that change and show the directory, the same whether they open the store themselves or ask the running
/// server.
/// </summary>
public abstract class AdministrationCommands : IDisposable
{
    private readonly TestFolder _folder = new();

    private protected string Data => _folder.Data;

    [Fact]
    public async Task A_domain_is_added_listed_and_removed()
    {
        (await Run("domain", "add", "Example.ORG")).ExitCode.Should().Be(0);

        var listed = (await Run("domain", "list", "--json")).Json;
        listed.EnumerateArray().Select(d => d.GetProperty("domain").GetString()).Should().Equal("example.org");

        (await Run("domain", "remove", "example.org")).ExitCode.Should().Be(0);
        (await Run("domain", "list", "--json")).Json.GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task An_account_without_password_gets_one_that_is_shown_once()
    {
        await Run("domain", "add", "example.org");

        var added = await Run("account", "add", "info@example.org", "--quota", "500MB", "--name", "Section office", "--json");

        added.ExitCode.Should().Be(0);
        added.Json.GetProperty("address").GetString().Should().Be("info@example.org");
        added.Json.GetProperty("quota").GetInt64().Should().Be(500L << 20);
        var password = added.Json.GetProperty("password").GetString()!;
        password.Length.Should().BeGreaterThan(12);
        (await Run("account", "show", "info@example.org", "--json")).Text.Should().NotContain(password);
    }

    [Fact]
    public async Task An_account_of_a_domain_that_is_not_ours_says_how_to_add_the_domain()
    {
        var refused = await Run("account", "add", "info@elsewhere.example");

        refused.ExitCode.Should().Be(1);
        refused.Errors.Should().Contain("casella domain add elsewhere.example");
        refused.Text.Should().BeEmpty();
    }

    [Fact]
    public async Task A_list_is_made_gets_members_and_goes()
    {
        await Run("domain", "add", "example.org");
        await Run("account", "add", "info@example.org");
        (await Run("list", "put", "info@example.org")).Errors.Should().Contain("a mailbox or an alias already");
        (await Run("list", "put", "news+x@example.org")).ExitCode.Should().Be(1);
        (await Run("list", "put", "news@elsewhere.test")).ExitCode.Should().Be(1);
        (await Run("list", "put", "news@example.org", "--title", "Notizie", "--posting", "members")).ExitCode.Should().Be(0);
        (await Run("list", "subscribe", "news@example.org", "Anna@example.net", "bob@example.net")).ExitCode.Should().Be(0);
        (await Run("list", "subscribe", "news@example.org", "anna@example.net", "--posts")).ExitCode.Should().Be(0);

        var shown = (await Run("list", "show", "news@example.org", "--json")).Json;
        shown.GetProperty("posting").GetString().Should().Be("Members");
        shown.GetProperty("members").EnumerateArray().Select(member => $"{member.GetProperty("address")} {member.GetProperty("mayPost")}")
            .Should().BeEquivalentTo("anna@example.net True", "bob@example.net False");

        (await Run("list", "unsubscribe", "news@example.org", "ANNA@example.net")).ExitCode.Should().Be(0);
        (await Run("list", "unsubscribe", "news@example.org", "anna@example.net")).ExitCode.Should().Be(1);
        (await Run("list", "remove", "news@example.org")).ExitCode.Should().Be(0);
        (await Run("list", "all", "--json")).Json.GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Without_reports_it_is_said_where_they_would_come()
    {
        (await Run("reports")).Text.Should().Contain("casella dns");
        (await Run("reports", "7")).Errors.Should().Contain("There is no report 7");
    }

    [Fact]
    public async Task A_script_is_checked_kept_activated_shown_and_removed()
    {
        const string Info = "info@example.org";
        await Run("domain", "add", "example.org");
        await Run("account", "add", Info);
        var (good, bad) = (Path.Join(Data, "good.sieve"), Path.Join(Data, "bad.sieve"));
        await File.WriteAllTextAsync(good, "require \"fileinto\";\nfileinto \"Perché\";\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(bad, "kep;\nfileinto \"x\";\n", TestContext.Current.CancellationToken);

        (await Run("sieve", "check", Info, good)).Text.Should().Be("The script is correct.\n");
        var refused = await Run("sieve", "put", Info, "corsi", bad);
        refused.ExitCode.Should().Be(1);
        refused.Errors.Should().Contain("line 1: there is no command \"kep\"").And.Contain("line 2: \"fileinto\" needs require \"fileinto\"");
        (await Run("sieve", "put", Info, "corsi", good, "--activate")).Text.Should().Be("Saved corsi; it is active.\n");
        (await Run("sieve", "put", Info, "altro", good)).ExitCode.Should().Be(0);
        (await Run("sieve", "show", Info, "corsi")).Text.Should().Be("require \"fileinto\";\nfileinto \"Perché\";\n");
        (await Run("sieve", "show", Info, "corsi", "--json")).Json.GetProperty("versions").GetArrayLength().Should().Be(1);
        (await Run("sieve", "list", Info, "--json")).Json.EnumerateArray().Select(s => (s.GetProperty("name").GetString(), s.GetProperty("isActive").GetBoolean()))
            .Should().Equal(("altro", false), ("corsi", true));
        (await Run("sieve", "remove", Info, "corsi")).Errors.Should().Contain("--none");
        (await Run("sieve", "activate", Info)).Errors.Should().Contain("--none");
        (await Run("sieve", "activate", Info, "--none")).Text.Should().Be("No script is active.\n");
        (await Run("sieve", "remove", Info, "corsi")).ExitCode.Should().Be(0);
        (await Run("sieve", "show", Info, "corsi")).Errors.Should().Contain("casella sieve list");
        (await Run("sieve", "check", Info, Path.Join(Data, "none.sieve"))).Errors.Should().Contain("Cannot read");
    }

    [Fact]
    public async Task Senders_are_let_through_or_put_into_SPAM_for_a_mailbox_and_for_a_domain()
    {
        const string Info = "info@example.org";
        await Run("domain", "add", "example.org");
        await Run("account", "add", Info);

        (await Run("spam", "deny", Info, "Shop.Example")).Text.Should().Be("Mail from Shop.Example to info@example.org goes into SPAM from now on.\n");
        (await Run("spam", "deny", Info, "shop.example")).Text.Should().Be("shop.example was already on the list of info@example.org.\n");
        (await Run("spam", "allow", Info, "gino@shop.example")).Text.Should().Be("Mail from gino@shop.example to info@example.org is let through from now on.\n");
        (await Run("spam", "allow", "example.org", "newsletter.example", "--json")).Json.GetProperty("changed").GetBoolean().Should().BeTrue();
        (await Run("spam", "list", Info, "--json")).Json.EnumerateArray().Select(s => (s.GetProperty("entry").GetString(), s.GetProperty("isAllowed").GetBoolean()))
            .Should().Equal(("gino@shop.example", true), ("shop.example", false));
        (await Run("spam", "list", "example.org")).Text.Should().Contain("newsletter.example").And.Contain("let through");
        (await Run("spam", "remove", Info, "shop.example")).Text.Should().Be("Removed shop.example.\n");
        (await Run("spam", "remove", Info, "shop.example")).Text.Should().Be("shop.example is not on the list of info@example.org.\n");
        (await Run("history", Info, "--language", "en")).Text.Should().Contain("The office took shop.example off the list of senders");
        (await Run("spam", "stats", Info, "--json")).Json.GetProperty("spam").GetInt64().Should().Be(0);
        (await Run("spam", "stats", "example.org")).ExitCode.Should().Be(0);

        var refused = await Run("spam", "allow", Info, "nonsense", "--json");
        refused.ExitCode.Should().Be(1);
        refused.Json.GetProperty("error").GetProperty("code").GetString().Should().Be("InvalidValue");
        (await Run("spam", "allow", "elsewhere.example", "x@y.example", "--json")).Json.GetProperty("error").GetProperty("code").GetString().Should().Be("NoSuchDomain");
        (await Run("spam", "allow", Info)).ExitCode.Should().Be(2);
        (await Run("spam", "--help")).Text.Should().Contain("deny").And.Contain("why");
    }

    [Fact]
    public async Task An_index_is_made_anew_and_shown()
    {
        await Run("domain", "add", "example.org");
        await Run("account", "add", "info@example.org");

        var rebuilt = await Run("index", "rebuild", "info@example.org", "--json");
        var status = await Run("index", "status", "--json");

        rebuilt.ExitCode.Should().Be(0);
        rebuilt.Json.GetProperty("address").GetString().Should().Be("info@example.org");
        var shown = status.Json.EnumerateArray().Single();
        shown.GetProperty("messages").GetInt64().Should().Be(shown.GetProperty("indexed").GetInt64());
        (await Run("index", "rebuild", "nobody@example.org", "--json")).Json.GetProperty("error").GetProperty("code").GetString().Should().Be("NoSuchAddress");
    }

    [Fact]
    public async Task A_failure_with_json_is_one_document_with_a_stable_code()
    {
        var refused = await Run("account", "show", "nobody@example.org", "--json");

        refused.ExitCode.Should().Be(1);
        refused.Json.GetProperty("error").GetProperty("code").GetString().Should().Be("NoSuchAddress");
        refused.Json.GetProperty("error").GetProperty("message").GetString().Should().Contain("casella account list");
    }

    [Fact]
    public async Task A_second_account_of_the_same_address_is_refused()
    {
        await AddAccountAsync("info@example.org");

        var refused = await Run("account", "add", "INFO@example.org");

        refused.ExitCode.Should().Be(1);
        refused.Errors.Should().Contain("info@example.org exists already");
    }

    [Fact]
    public async Task Quota_and_password_change()
    {
        await AddAccountAsync("info@example.org");

        (await Run("account", "set-quota", "info@example.org", "2GB")).Text.Should().Contain("info@example.org now has 2GB.");
        (await Run("contact", "--admin", "tel:+39055123", "--comment", "Chiuso ad agosto")).Text.Should().Contain("told so");
        (await Run("account", "set-quota", "info@example.org", "2GB", "--messages", "50000")).Text.Should().Contain("messages at most: 50000");
        (await Run("account", "set-quota", "info@example.org", "none", "--json")).Json.TryGetProperty("quota", out _).Should().BeFalse("none is no number");
        (await Run("account", "set-password", "info@example.org")).Text.Should().Contain("Password (shown only now): ");
    }

    [Fact]
    public async Task An_account_is_shown_with_its_devices_and_aliases()
    {
        await AddAccountAsync("info@example.org");
        await Run("alias", "add", "postmaster@example.org", "info@example.org");

        var shown = await Run("account", "show", "info@example.org");

        shown.Text.Should().Contain("Used").And.Contain("of 1GB").And.Contain("Aliases   postmaster@example.org").And.Contain("common password");
    }

    [Fact]
    public async Task A_mailbox_s_policy_is_shown_with_what_may_be_set_and_set_all_or_none()
    {
        await AddAccountAsync("info@example.org");

        (await Run("account", "policy", "info@example.org")).Text.Should().MatchRegex("trash +30 +days messages stay in Trash +1…3650\\|never");
        var set = await Run("account", "policy", "info@example.org", "TRASH=60", "language=en", "answer=Siamo chiusi.\\nA presto!");
        set.Text.Should().Be($"trash is now 60{Environment.NewLine}answer is now Siamo chiusi.\\nA presto!{Environment.NewLine}language is now en{Environment.NewLine}");
        var refused = await Run("account", "policy", "info@example.org", "spam=7", "trash=soon");

        refused.ExitCode.Should().Be(1);
        refused.Errors.Should().Contain("trash is 1…3650|never, not \"soon\"");
        (await Run("account", "policy", "info@example.org", "spa=7")).Errors.Should().Contain("There is no policy \"spa\"; there are ").And.Contain("spam");
        (await Run("account", "policy", "info@example.org", "spam")).Errors.Should().Contain("is not NAME=VALUE");
        (await Run("account", "policy", "info@example.org", "--json")).Json.EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty("value").GetString(), StringComparer.Ordinal)
            .Should().Contain("trash", "60").And.Contain("spam", "30").And.Contain("answer", "Siamo chiusi.\\nA presto!").And.Contain("answer-until", "never");
    }

    [Fact]
    public async Task A_mailbox_without_doubled_folders_has_nothing_to_heal()
    {
        await AddAccountAsync("info@example.org");

        (await Run("heal", "info@example.org")).Text.Should().Contain("info@example.org has no doubled folders.");
        (await Run("heal", "info@example.org", "--dry-run", "--json")).Json.GetProperty("merged").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task A_mailbox_that_is_sound_needs_no_repair()
    {
        await AddAccountAsync("info@example.org");
        await AddAccountAsync("corsi@example.org");

        (await Run("repair", "info@example.org")).Text.Should().Be($"info@example.org: nothing to repair.{Environment.NewLine}");
        (await Run("repair", "--all", "--dry-run")).Text.Should().Contain("info@example.org: nothing").And.Contain("corsi@example.org: nothing");
        (await Run("repair", "info@example.org", "--json")).Json.GetProperty("remaining").GetArrayLength().Should().Be(0);
        (await Run("repair")).ExitCode.Should().Be(2);
        (await Run("repair", "none@example.org")).Errors.Should().Contain("There is no account");
    }

    [Fact]
    public async Task Removing_an_account_wants_a_yes_and_tells_which_aliases_end()
    {
        await AddAccountAsync("info@example.org");
        await Run("alias", "add", "postmaster@example.org", "info@example.org");

        var asked = await Run("account", "remove", "info@example.org");
        asked.ExitCode.Should().Be(1);
        asked.Errors.Should().Contain("Say --yes");

        var removed = await Run("account", "remove", "info@example.org", "--yes", "--json");
        removed.ExitCode.Should().Be(0);
        removed.Json.GetProperty("aliases").EnumerateArray().Select(a => a.GetString()).Should().Equal("postmaster@example.org");
        (await Run("account", "list", "--json")).Json.GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_domain_says_what_DNS_must_know_of_it()
    {
        await Run("domain", "add", "example.org");

        var shown = await Run("dns", "example.org", "--json");

        shown.ExitCode.Should().Be(0);
        var records = shown.Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("line").GetString()!).ToList();
        records.Should().ContainMatch("example.org. IN MX 10 *.").And.Contain("example.org. IN TXT \"v=spf1 mx -all\"");
        records.Count(line => line.Contains("._domainkey.example.org. IN TXT \"v=DKIM1; k=", StringComparison.Ordinal)).Should().Be(2);
        foreach (var name in new[] { "_dmarc", "_mta-sts", "mta-sts", "_smtp._tls", "autoconfig", "autodiscover" })
            records.Should().ContainMatch($"{name}.example.org. IN *");
        records.Should().ContainMatch("_imaps._tcp.example.org. IN SRV 0 1 * *.").And.ContainMatch("_pop3s._tcp.example.org. IN SRV 10 1 * *.")
            .And.ContainMatch("_submissions._tcp.example.org. IN SRV 0 1 * *.").And.ContainMatch("_sieve._tcp.example.org. IN SRV 0 1 * *.")
            .And.ContainMatch("_autodiscover._tcp.example.org. IN SRV 0 1 * *.");
        shown.Json.GetProperty("stsPolicy").GetString().Should().StartWith("version: STSv1\nmode: enforce\nmx: ");
        (await Run("dns", "elsewhere.example")).Errors.Should().Contain("casella domain add elsewhere.example");
    }

    [Fact]
    public async Task The_keys_of_a_domain_are_changed_in_two_steps()
    {
        await Run("domain", "add", "example.org");

        (await Run("dkim", "rotate", "example.org", "--activate")).Errors.Should().Contain("casella dkim rotate example.org");
        var made = await Run("dkim", "rotate", "example.org");
        made.ExitCode.Should().Be(0);
        made.Text.Should().Contain("Publish the new keys").And.Contain("IN TXT \"v=DKIM1;");
        (await StatesAsync()).Should().Equal("Signing", "Signing", "Waiting", "Waiting");

        (await Run("dkim", "rotate", "example.org", "--activate", "--unseen")).ExitCode.Should().Be(0);
        (await StatesAsync()).Should().Equal("Retired", "Retired", "Signing", "Signing");
        (await Run("dns", "example.org", "--json")).Json.GetProperty("records").EnumerateArray()
            .Count(record => record.GetProperty("name").GetString()!.Contains("_domainkey", StringComparison.Ordinal)).Should().Be(4, "mail with the old signatures is under way");

        async Task<IEnumerable<string?>> StatesAsync() =>
            (await Run("dkim", "list", "example.org", "--json")).Json.EnumerateArray().Select(key => key.GetProperty("state").GetString()).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_alias_may_lead_elsewhere_and_catch_what_is_for_nobody_else()
    {
        await AddAccountAsync("info@example.org");

        (await Run("alias", "add", "direttivo@example.org", "carla@elsewhere.example")).ExitCode.Should().Be(0);
        (await Run("alias", "add", "direttivo@example.org", "info@example.org")).ExitCode.Should().Be(0);
        (await Run("alias", "add", "*@example.org", "info@example.org")).ExitCode.Should().Be(0);
        (await Run("alias", "add", "x@example.org", "nobody@example.org")).ExitCode.Should().Be(1);
        (await Run("alias", "list", "--json")).Json.EnumerateArray().Select(a => a.GetProperty("alias").GetString()).Should().Equal("*@example.org", "direttivo@example.org");
    }

    [Fact]
    public async Task Aliases_are_added_listed_and_removed_and_never_go_in_a_circle()
    {
        await AddAccountAsync("info@example.org");

        (await Run("alias", "add", "posta@example.org", "info@example.org")).ExitCode.Should().Be(0);
        (await Run("alias", "add", "segreteria@example.org", "posta@example.org")).ExitCode.Should().Be(0);
        (await Run("alias", "add", "posta@example.org", "segreteria@example.org")).Errors.Should().Contain("circle");
        (await Run("alias", "list", "--json")).Json.EnumerateArray().Select(a => a.GetProperty("alias").GetString())
            .Should().Equal("posta@example.org", "segreteria@example.org");
        (await Run("alias", "remove", "segreteria@example.org")).ExitCode.Should().Be(0);
        (await Run("alias", "list", "--json")).Json.GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task A_domain_in_use_is_not_removed()
    {
        await AddAccountAsync("info@example.org");

        (await Run("domain", "remove", "example.org")).Errors.Should().Contain("still has accounts or aliases");
    }

    [Fact]
    public async Task An_import_with_one_wrong_line_adds_nothing_and_names_every_wrong_line()
    {
        await AddAccountAsync("anna@example.org");
        var file = _folder.Write("list.csv", "address,password,quota,name\nluca@example.org,,1GB,Luca\nanna@example.org,,,\nmaria@elsewhere.example,,,\nnot an address,,,\n");

        var refused = await Run("account", "import", file);

        refused.ExitCode.Should().Be(1);
        refused.Errors.Should().Contain($"{file}:3: anna@example.org exists already")
            .And.Contain($"{file}:4: The domain elsewhere.example is not one of ours")
            .And.Contain($"{file}:5: ").And.Contain("Nothing was added");
        (await Run("account", "list", "--json")).Json.GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task An_import_adds_every_line_and_shows_the_passwords_it_made()
    {
        await Run("domain", "add", "example.org");
        var file = _folder.Write("list.csv", "address,password,quota,name\nluca@example.org,,2GB,Luca\nanna@example.org,correct horse battery staple,none,\"Anna, office\"\n");

        var imported = await Run("account", "import", file, "--json");

        imported.ExitCode.Should().Be(0, imported.Errors);
        var added = imported.Json.GetProperty("added").EnumerateArray().ToList();
        added.Select(a => a.GetProperty("address").GetString()).Should().Equal("luca@example.org", "anna@example.org");
        added[0].GetProperty("password").GetString().Should().NotBeNullOrEmpty();
        added[1].TryGetProperty("password", out _).Should().BeFalse("it was given, so nobody needs to see it");
        (await Run("account", "list", "--json")).Json.EnumerateArray().Select(a => (a.GetProperty("address").GetString(), Quota(a)))
            .Should().Equal(("anna@example.org", null), ("luca@example.org", 2L << 30));
    }

    [Fact]
    public async Task Verify_finds_nothing_wrong_with_new_accounts()
    {
        await AddAccountAsync("info@example.org");

        var verified = await Run("verify", "--json");

        verified.ExitCode.Should().Be(0);
        verified.Json.GetProperty("accounts").GetInt32().Should().Be(1);
        verified.Json.GetProperty("findings").GetArrayLength().Should().Be(0);
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected virtual Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync(["--data", Data, .. arguments]);

    private async Task AddAccountAsync(string address)
    {
        await Run("domain", "add", address.Split('@')[1]);
        (await Run("account", "add", address)).ExitCode.Should().Be(0);
    }

    private static long? Quota(JsonElement account) => account.TryGetProperty("quota", out var quota) ? quota.GetInt64() : null;
}

/// <summary>No server runs: each command opens the store and closes it.</summary>
public sealed class CommandsOnTheStore : AdministrationCommands
{
    /// <summary>RFC 6186 §3.4.</summary>
    [Fact]
    public async Task A_service_that_is_off_or_elsewhere_is_so_in_DNS()
    {
        await Run("domain", "add", "example.org");

        var shown = await Run("dns", "example.org", "--json", "--Listeners:Pop3=off", "--Listeners:Pop3s=off", "--Listeners:Imaps=*:10993", "--Listeners:Submissions=off");

        var records = shown.Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("line").GetString()!).ToList();
        records.Should().Contain("_pop3s._tcp.example.org. IN SRV 0 0 0 .").And.ContainMatch("_imaps._tcp.example.org. IN SRV 0 1 10993 *.")
            .And.ContainMatch("_submission._tcp.example.org. IN SRV 0 1 587 *.");
    }
}

/// <summary>A server runs: the commands go over its control socket.</summary>
public sealed class CommandsOverTheControlSocket : AdministrationCommands, IAsyncLifetime
{
    private RunningServer? _server;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(Data);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Dispose();
    }

    [Fact]
    public async Task Status_shows_where_the_server_listens()
    {
        var status = await Run("status", "--json");

        status.ExitCode.Should().Be(0);
        status.Json.GetProperty("running").GetBoolean().Should().BeTrue();
        status.Json.GetProperty("hostName").GetString().Should().Be("mail.example.org");
        status.Json.GetProperty("listeners").GetArrayLength().Should().Be(10);
        (await Run("status")).Text.Should().Contain("SSL/TLS").And.Contain("STARTTLS").And.Contain($"(process {Environment.ProcessId})");
    }

    [Fact]
    public void The_socket_is_for_its_owner_only() =>
        File.GetUnixFileMode(Path.Join(Data, "control.sock")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused()
    {
        var second = await Run("serve");

        second.ExitCode.Should().Be(1);
        second.Errors.Should().Contain("already serves the data folder").And.Contain("casella status");
    }
}
