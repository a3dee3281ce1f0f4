using System.Diagnostics;
using System.Globalization;
using AwesomeAssertions;
using Casella.Core.Migration;
using Casella.Server.Migration;

namespace Casella.Server.Tests.Migration;

/// <summary>
/// Mailboxes come over from a real Dovecot by the command. MIGRATION_MESSAGES says how many are in the large one:
/// 20,000 for the real thing, a few hundred else.
/// </summary>
public sealed class MigrateCommandTests : IDisposable
{
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("MIGRATION_MESSAGES") ?? "300", CultureInfo.InvariantCulture);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mailboxes_come_over_from_Dovecot_and_a_second_run_copies_nothing()
    {
        await using var old = await DovecotServer.StartAsync();
        Fill(old);
        await old.HandOverAsync();
        var csv = _folder.Write("boxes.csv", $"address,user,password\ninfo@example.org,anna,{DovecotServer.Password}\nmarco@example.org,marco,{DovecotServer.Password}\n");
        await using var server = await RunningServer.StartAsync(_folder.Data);
        await RunAsync("domain", "add", "example.org");
        foreach (var address in new[] { "info@example.org", "marco@example.org" })
            await RunAsync("account", "add", address, "--quota", "none");
        string[] command = ["migrate", "imap", "--from", $"localhost:{old.ImapsPort}", "--csv", csv, "--trust", old.AuthorityFile, "--pop3", old.Pop3sPort.ToString(CultureInfo.InvariantCulture)];

        var (first, firstTime) = await TimedAsync(command);

        first.Errors.Should().BeEmpty();
        first.Text.Should().Contain($"info@example.org: {Count + 2} messages brought over, 0 here already, flags of 0 followed, {Count} known to POP3.")
            .And.Contain("marco@example.org: 1 message brought over").And.Contain("2 mailboxes of 2: everything is here.");
        first.ExitCode.Should().Be(0);

        old.Add("anna", "", Count + 1, Text(Count + 1));
        await old.HandOverAsync();
        var (second, secondTime) = await TimedAsync([.. command, "--json"]);

        var info = second.Json[0].GetProperty("outcome");
        (info.GetProperty("copied").GetInt32(), info.GetProperty("present").GetInt32()).Should().Be((1, Count + 2), second.Text);
        info.GetProperty("folders").EnumerateArray().Select(folder => folder.GetProperty("name").GetString()).Should().BeEquivalentTo("INBOX", "Sent", "Corsi/Perché");
        (await RunAsync("verify")).ExitCode.Should().Be(0);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Count} messages: {firstTime.TotalSeconds:0.0} s, again {secondTime.TotalSeconds:0.0} s".ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_hinders_nobody_else()
    {
        await using var old = await DovecotServer.StartAsync();
        old.Add("marco", "", 1, Text(1));
        await old.HandOverAsync();
        var csv = _folder.Write("boxes.csv", $"address,user,password\ninfo@example.org,anna,wrong\nmarco@example.org,,{DovecotServer.Password}\nnobody@example.org,marco,{DovecotServer.Password}\n");
        await using var server = await RunningServer.StartAsync(_folder.Data);
        await RunAsync("domain", "add", "example.org");
        foreach (var address in new[] { "info@example.org", "marco@example.org" })
            await RunAsync("account", "add", address);

        var untrusted = await CommandResult.OfAsync("--data", _folder.Data, "migrate", "imap", "--from", $"localhost:{old.ImapsPort}", "--csv", csv);
        var result = await CommandResult.OfAsync("--data", _folder.Data, "migrate", "imap", "--from", $"localhost:{old.ImapsPort}", "--csv", csv, "--trust", old.AuthorityFile, "--rate", "1GB");

        untrusted.Text.Should().Contain("certificate is not trusted");
        result.ExitCode.Should().Be(1);
        result.Text.Should().Contain("info@example.org: localhost refuses the user name or the password")
            .And.Contain("marco@example.org: 1 message brought over").And.Contain("nobody@example.org: ").And.Contain("1 mailbox of 3: everything is here.")
            .And.NotContain(DovecotServer.Password);
    }

    [Fact]
    public void Names_of_POP3_are_matched_by_order_and_size()
    {
        OldMessage Message(uint uid, long size) => new(uid, Core.Messages.FlagNames.None, null, size);

        UniqueIdMatch.Of([Message(3, 10), Message(9, 10)], [10, 10], ["a", "b"]).Should().Equal(new Dictionary<uint, string> { [3] = "a", [9] = "b" });
        UniqueIdMatch.Of([Message(3, 10), Message(4, 11), Message(9, 10)], [10, 11], ["a", "b"]).Should().Equal(new Dictionary<uint, string> { [4] = "b" });
        UniqueIdMatch.Of([Message(3, 10)], [10], []).Should().BeEmpty();
    }

    private static void Fill(DovecotServer old)
    {
        for (var i = 1; i <= Count; i++)
            old.Add("anna", "", i, Text(i), i % 3 == 0 ? "S" : "");
        old.Add("anna", ".Inviata", 1, Text(1_000_001), "RS");
        old.Add("anna", ".Corsi.Perch&AOk-", 1, Text(1_000_002), "F");
        old.Subscribe("anna", "INBOX.Inviata", "INBOX.Corsi.Perch&AOk-");
        old.Add("marco", "", 1, Text(1_000_003));
    }

    private static string Text(int number) => string.Create(
        CultureInfo.InvariantCulture, $"From: Marco <marco@example.test>\nTo: info@example.org\nSubject: Corso {number}\nMessage-ID: <{number}@old.example.test>\n\nCiao, sono {number}.\n{new string('x', number % 700)}\n");

    private async Task<(CommandResult, TimeSpan)> TimedAsync(string[] command)
    {
        var watch = Stopwatch.StartNew();
        return (await CommandResult.OfAsync(["--data", _folder.Data, .. command]), watch.Elapsed);
    }

    private async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var result = await CommandResult.OfAsync(["--data", _folder.Data, .. arguments]);
        result.ExitCode.Should().Be(0, result.Errors);
        return result;
    }
}
