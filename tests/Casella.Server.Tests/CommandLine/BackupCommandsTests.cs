using AwesomeAssertions;

namespace Casella.Server.Tests.CommandLine;

/// <summary>casella backup and restore as they are typed, and with the plug pulled.</summary>
public sealed class BackupCommandsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Backups => Path.Join(_folder.Path, "backups");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_running_server_is_backed_up_and_restored_elsewhere()
    {
        await Run("domain", "add", "example.org");
        await Run("account", "add", "info@example.org");
        await using (await RunningServer.StartAsync(_folder.Data))
        {
            var made = await Run("backup", Backups, "--json");
            made.ExitCode.Should().Be(0);
            made.Json.GetProperty("backup").GetProperty("mailboxes").GetInt32().Should().Be(1);
            (await Run("restore", Backups)).Errors.Should().Contain("Stop it first");
        }

        var listed = (await Run("backup", "list", Backups, "--json")).Json;
        listed.GetArrayLength().Should().Be(1);
        (await Run("backup", "verify", Backups)).Text.Should().Contain("1 backup checked").And.Contain("0 problems");
        var ended = string.Join(' ', (await Run("backup", "list", Backups)).Text.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[3..5]);
        (await Run("backup", "verify", Backups, "--at", ended)).Text.Should().Contain("1 backup checked", "what the list shows finds it");
        (await Run("backup", "verify", Backups, "--at", "2001-01-01")).Errors.Should().Contain("casella backup list");
        var elsewhere = Path.Join(_folder.Path, "new");
        var restored = await CommandResult.OfAsync("restore", Backups, "--data", elsewhere);
        restored.ExitCode.Should().Be(0);
        restored.Text.Should().Contain("1 mailbox of");
        (await CommandResult.OfAsync("verify", "--data", elsewhere)).Text.Should().Contain("1 account checked, 0 problems");
        File.Exists(Path.Join(elsewhere, "tls", "ca.pem")).Should().BeTrue("programs trust the same authority");
    }

    [Fact]
    public async Task Old_backups_go_with_what_only_they_needed()
    {
        await Run("domain", "add", "example.org");
        for (var i = 1; i <= 4; i++)
        {
            await Run("account", "add", $"box{i}@example.org");
            (await Run("backup", Backups, "--keep", "2")).ExitCode.Should().Be(0);
            if (i < 4)
                await Run("account", "remove", $"box{i}@example.org", "--yes");
        }

        var listed = (await Run("backup", "list", Backups, "--json")).Json;
        listed.GetArrayLength().Should().Be(2);
        (await Run("backup", "verify", Backups)).Text.Should().Contain("2 backups checked").And.Contain("0 problems");
        var pieces = Directory.EnumerateFiles(Path.Join(Backups, "pieces"), "*", SearchOption.AllDirectories).Count();
        (await Run("backup", Backups, "--keep", "1")).Errors.Should().Contain("2 old backups gone");
        Directory.EnumerateFiles(Path.Join(Backups, "pieces"), "*", SearchOption.AllDirectories).Count().Should().BeLessThan(pieces);
        (await Run("backup", Backups, "--keep", "0")).ExitCode.Should().Be(2);
        var elsewhere = Path.Join(_folder.Path, "new");
        (await CommandResult.OfAsync("restore", Backups, "--data", elsewhere)).ExitCode.Should().Be(0);
        (await CommandResult.OfAsync("verify", "--data", elsewhere)).Text.Should().Contain("1 account checked, 0 problems");
    }

    [Fact]
    public async Task One_mailbox_is_restored_while_the_server_runs()
    {
        await Run("domain", "add", "example.org");
        await Run("account", "add", "info@example.org");
        await Run("backup", Backups);
        await using var server = await RunningServer.StartAsync(_folder.Data);

        var restored = await Run("restore", Backups, "--mailbox", "info@example.org", "--as", "copia@example.org");
        var again = await Run("restore", Backups, "--mailbox", "info@example.org", "--json");

        restored.ExitCode.Should().Be(0);
        restored.Text.Should().Contain("its password is");
        again.Json.GetProperty("counts").GetProperty("restored").GetInt32().Should().Be(0);
        (await Run("restore", Backups, "--folder", "INBOX")).ExitCode.Should().Be(2);
        (await Run("restore", Backups, "--mailbox", "info@example.org", "--replace")).ExitCode.Should().Be(2);
        (await Run("restore", Backups, "--mailbox", "info@example.org", "--folder", "None")).Errors.Should().Contain("None");
        (await Run("restore", Backups, "--mailbox", "info@example.org", "--folder", "None", "--as", "altra@example.org")).Errors.Should().Contain("None");
        (await Run("account", "list")).Text.Should().NotContain("altra@example.org", "nothing is made for what is not there");
        (await Run("restore", Backups, "--mailbox", "nobody@example.org")).Errors.Should().Contain("has no mailbox nobody@example.org");
        (await Run("verify")).Text.Should().Contain("2 accounts checked, 0 problems");
    }

    [Fact]
    public async Task A_folder_of_other_things_and_the_data_folder_itself_are_refused()
    {
        await Run("domain", "add", "example.org");
        _folder.Write("letter.txt", "x");

        (await Run("backup", _folder.Path)).Errors.Should().Contain("has other things in it");
        (await Run("backup", Path.Join(_folder.Data, "backups"))).Errors.Should().Contain("within the data folder");
        (await Run("backup", "list", Path.Join(_folder.Path, "none"))).Errors.Should().Contain("has no backups");
        (await Run("backup")).ExitCode.Should().Be(2);
    }

    [Fact]
    public async Task A_folder_in_which_a_restore_was_cut_is_not_served()
    {
        await Run("domain", "add", "example.org");
        File.WriteAllText(Path.Join(_folder.Data, "restore-unfinished"), "writing before-restore-1");

        var refused = await Run("domain", "list");

        refused.ExitCode.Should().Be(1);
        refused.Errors.Should().Contain("did not come to its end").And.Contain("casella restore");
    }

    /// <summary>Killed at ten moments of its work; what it leaves is never taken for a backup, and the next is whole.</summary>
    [Fact]
    public async Task A_killed_backup_is_never_taken_for_a_whole_one()
    {
        await Run("domain", "add", "example.org");
        for (var i = 0; i < 12; i++)
            await Run("account", "add", $"box{i}@example.org");
        var whole = 0;
        for (var round = 0; round < 10; round++)
        {
            await using var process = CasellaProcess.Start(_folder.Path, "backup", Backups, "--data", _folder.Data);
            try
            {
                await process.ReadUntilAsync($"{round + 1} of 12");
            }
            finally
            {
                process.Signal("KILL");
            }

            var ended = await process.ExitCodeAsync() == 0;
            var listed = (await Run("backup", "list", Backups, "--json")).Json.GetArrayLength();
            listed.Should().BeOneOf(ended ? [whole + 1] : [whole, whole + 1]);
            whole = listed;
        }

        (await Run("backup", Backups)).ExitCode.Should().Be(0);
        (await Run("backup", "verify", Backups)).Text.Should().Contain("0 problems");
        var elsewhere = Path.Join(_folder.Path, "new");
        (await CommandResult.OfAsync("restore", Backups, "--data", elsewhere)).ExitCode.Should().Be(0);
        (await CommandResult.OfAsync("verify", "--data", elsewhere)).Text.Should().Contain("12 accounts checked, 0 problems");
    }

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync([.. arguments, "--data", _folder.Data]);
}
