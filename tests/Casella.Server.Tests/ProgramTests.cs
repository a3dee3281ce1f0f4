using AwesomeAssertions;

namespace Casella.Server.Tests;

/// <summary>The program from outside: what a technician and systemd see.</summary>
public sealed class ProgramTests : IDisposable
{
    private static readonly string[] AnyPorts =
        [.. new[] { "Smtp", "Submission", "Submissions", "Imap", "Imaps", "Pop3", "Pop3s", "ManageSieve", "Http", "Https" }.Select(service => $"--Listeners:{service}=127.0.0.1:0")];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task It_serves_until_it_is_told_to_stop_and_ends_in_order(string signal)
    {
        await using var server = CasellaProcess.Start(_folder.Path, AnyPorts);
        var table = await server.ReadUntilAsync("Ctrl+C stops the server");

        table.Should().Contain($"from {_folder.Data}").And.Contain("IMAP").And.Contain("SSL/TLS").And.Contain("ca.pem").And.Contain("account add info@example.org");
        server.Signal(signal);

        (await server.ExitCodeAsync()).Should().Be(0);
        (await server.ErrorsAsync()).Should().Contain("Stopped").And.NotContain("ERROR").And.NotContain("WARN");
        File.Exists(Path.Join(_folder.Data, "control.sock")).Should().BeFalse();
        File.Exists(Path.Join(_folder.Data, "casella.pid")).Should().BeFalse();
    }

    [Fact]
    public async Task After_a_kill_the_next_start_serves_the_same_store()
    {
        await CasellaProcess.RunAsync(_folder.Path, "", "domain", "add", "example.org");
        await using (var killed = CasellaProcess.Start(_folder.Path, AnyPorts))
        {
            await killed.ReadUntilAsync("Ctrl+C");
            killed.Signal("KILL");
            (await killed.ExitCodeAsync()).Should().NotBe(0);
        }

        await using var next = CasellaProcess.Start(_folder.Path, AnyPorts);
        await next.ReadUntilAsync("Ctrl+C");

        (await CasellaProcess.RunAsync(_folder.Path, "", "domain", "list")).Text.Should().Contain("example.org");
    }

    [Fact]
    public async Task A_password_comes_by_standard_input_and_is_not_printed()
    {
        await CasellaProcess.RunAsync(_folder.Path, "", "domain", "add", "example.org");

        var added = await CasellaProcess.RunAsync(_folder.Path, "correct horse battery staple\n", "account", "add", "info@example.org", "--password-stdin");

        added.ExitCode.Should().Be(0, added.Errors);
        added.Text.Should().Contain("Added info@example.org with 1GB.").And.NotContain("horse");
        (await CasellaProcess.RunAsync(_folder.Path, "", "account", "set-password", "info@example.org", "--password-stdin"))
            .Errors.Should().Contain("Standard input has no password");
    }

    [Fact]
    public async Task The_demo_shows_addresses_passwords_and_a_line_to_read_the_inbox_the_same_at_every_start()
    {
        var first = await DemoAsync();
        var second = await DemoAsync();

        first.Should().Contain("sezione@example.test").And.Contain("presidente@example.test").And.Contain("tesoriere@example.test");
        first.Should().Contain("curl -s --cacert").And.Contain("/INBOX");
        Table(second).Should().Equal(Table(first), "a second start changes nothing");

        static IEnumerable<string> Table(string text) => text.Split('\n').Where(line => line.Contains("@example.test  ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_lines_of_the_demo_send_and_read_mail_when_they_are_pasted_into_a_terminal()
    {
        await using var server = CasellaProcess.Start(_folder.Path, ["serve", "--demo", .. AnyPorts]);
        var lines = (await server.ReadUntilAsync("Ctrl+C")).Split('\n');

        var sent = await CasellaProcess.ShellAsync(lines.Single(line => line.StartsWith("  printf", StringComparison.Ordinal)));
        var read = await CasellaProcess.ShellAsync(lines.Single(line => line.StartsWith("  curl", StringComparison.Ordinal)));

        sent.ExitCode.Should().Be(0, sent.Errors);
        read.ExitCode.Should().Be(0, read.Errors);
        read.Text.Should().Contain("* 1 FETCH (FLAGS (").And.Contain("* 7 FETCH").And.Contain("\"Ciao\"");
    }

    [Fact]
    public async Task With_json_the_start_is_one_document()
    {
        await using var server = CasellaProcess.Start(_folder.Path, [.. AnyPorts, "serve", "--json"]);

        var text = await server.ReadUntilAsync("\"listeners\"");

        text.Should().StartWith("{").And.Contain("\"running\": true").And.Contain($"\"data\": \"{_folder.Data}\"");
    }

    [Fact]
    public async Task On_an_existing_store_it_is_ready_for_few_seconds_of_processor()
    {
        await DemoAsync();

        await using var server = CasellaProcess.Start(_folder.Path, AnyPorts);
        await server.ReadUntilAsync("Ctrl+C");

        // Ready within two seconds is the promise; two cores that others use too make a clock say anything.
        server.ProcessorTime.Should().BeLessThan(TimeSpan.FromSeconds(4));
    }

    private async Task<string> DemoAsync()
    {
        await using var server = CasellaProcess.Start(_folder.Path, ["serve", "--demo", .. AnyPorts]);
        var text = await server.ReadUntilAsync("Ctrl+C");
        server.Signal("TERM");
        (await server.ExitCodeAsync()).Should().Be(0);
        return text;
    }
}
