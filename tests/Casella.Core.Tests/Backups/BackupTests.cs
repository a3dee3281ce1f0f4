using Casella.Core.Backups;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Backups;

/// <summary>A backup beside the work: what is in it, what is not copied again, and what a cut one is worth.</summary>
public sealed class BackupTests : IDisposable
{
    private static readonly RestoreAll Everything = new(At: null, Replace: false, KeepUids: false, WithQueue: true);
    private static readonly RestoreAll Moved = Everything with { KeepUids = true };

    private readonly string _backups = Path.Join(Path.GetTempPath(), $"casella-backups-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (System.IO.Directory.Exists(_backups))
            System.IO.Directory.Delete(_backups, recursive: true);
    }

    [Fact]
    public async Task What_was_acknowledged_before_the_copy_is_there_while_writers_go_on()
    {
        await using var house = await House.OpenAsync("info", "corsi");
        using var stop = new CancellationTokenSource();
        var writers = new[] { "info", "corsi" }.Select(name => WriteAsync(house, name, stop.Token)).ToList();
        var acknowledged = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in new[] { "info", "corsi" })
            acknowledged[name] = await UntilAsync(house, name, 40);

        var outcome = await BackUpAsync(house);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        outcome.Findings.Should().BeEmpty();
        outcome.Backup.Mailboxes.Should().Be(2);
        await using var restored = await House.OfBackupAsync(_backups, Everything);
        foreach (var (name, count) in acknowledged)
        {
            (await restored.VerifyAsync(name)).Should().BeEmpty();
            var texts = await restored.ReadAsync(name);
            texts.Count.Should().BeGreaterThanOrEqualTo(count);
            texts.Select(text => text[..text.IndexOf('\r')]).Should().Equal(Enumerable.Range(0, texts.Count).Select(i => $"Subject: {name} {i}"));
        }
    }

    [Fact]
    public async Task A_second_backup_copies_what_is_new()
    {
        await using var house = await House.OpenAsync("info", "corsi");
        await AppendAsync(house, "info", "large", Large);
        await AppendAsync(house, "corsi", "small", "x");
        await house.ReopenAsync();
        Age(house.Folder);
        var first = await BackUpAsync(house);

        var second = await BackUpAsync(house);
        await AppendAsync(house, "corsi", "another", "y");
        Age(house.Folder);
        var third = await BackUpAsync(house);

        first.WrittenBytes.Should().BeGreaterThan(200_000);
        second.Unchanged.Should().Be(2);
        second.WrittenBytes.Should().BeLessThan(10_000, "a list and nothing else");
        third.Unchanged.Should().Be(1);
        house.Get<MailBackups>().List(_backups).Should().HaveCount(3);
        (await VerifyAsync(house)).Findings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_backup_that_is_cut_is_none_and_the_next_goes_on_from_it()
    {
        await using var house = await House.OpenAsync("info", "corsi", "soci");
        foreach (var name in new[] { "info", "corsi", "soci" })
            await AppendAsync(house, name, name, Large);
        await house.ReopenAsync();
        Age(house.Folder);
        var cut = async () => await house.Get<MailBackups>().WriteAsync(
            _backups, "test", progress => throw new OperationCanceledException($"cut at {progress.Done}"), House.Cancelled);
        await cut.Should().ThrowAsync<OperationCanceledException>();

        house.Get<MailBackups>().List(_backups).Should().BeEmpty();
        var none = () => House.OfBackupAsync(_backups, Everything);
        await none.Should().ThrowAsync<BackupException>();

        var again = await BackUpAsync(house);
        again.Unchanged.Should().Be(1, "the one that was whole is not read again");
        (await VerifyAsync(house)).Findings.Should().BeEmpty();
        await using var restored = await House.OfBackupAsync(_backups, Everything);
        (await restored.ReadAsync("soci")).Should().ContainSingle();
    }

    [Fact]
    public async Task A_flipped_byte_is_found_and_the_next_backup_heals_it()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "info", "large", Large);
        await BackUpAsync(house);
        var piece = new DirectoryInfo(_backups).EnumerateFiles("*", SearchOption.AllDirectories).MaxBy(file => file.Length)!.FullName;
        var bytes = await File.ReadAllBytesAsync(piece, House.Cancelled);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(piece, bytes, House.Cancelled);

        (await VerifyAsync(house)).Findings.Should().ContainSingle().Which.Should().Contain("damaged");
        await BackUpAsync(house);
        (await VerifyAsync(house)).Findings.Should().BeEmpty();
    }

    /// <summary>RFC 9051 §2.3.1.1: what programs have seen since the backup is not known any more.</summary>
    [Fact]
    public async Task A_restored_mailbox_has_greater_UIDVALIDITY_and_the_same_EMAILIDs()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "info", "one", "x");
        var (before, ids) = await LookAsync(house);
        await BackUpAsync(house);

        await using var restored = await House.OfBackupAsync(_backups, Everything);
        await using var moved = await House.OfBackupAsync(_backups, Moved);

        var (after, sameIds) = await LookAsync(restored);
        after.UidValidity.Should().BeGreaterThan(before.UidValidity);
        after.HighestModSeq.Value.Should().BeGreaterThan(before.HighestModSeq.Value);
        sameIds.Should().Equal(ids);
        (await LookAsync(moved)).Inbox.Should().Be(before);
        await AppendAsync(restored, "info", "two", "y");
        (await restored.VerifyAsync("info")).Should().BeEmpty();
        (await restored.ReadAsync("info")).Should().HaveCount(2);
    }

    [Fact]
    public async Task What_is_in_the_folder_is_set_aside_only_when_asked()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "info", "old", "x");
        await BackUpAsync(house);
        await AppendAsync(house, "info", "new", "y");
        var refused = () => house.Get<MailBackups>().RestoreAllAsync(_backups, Everything, _ => { }, House.Cancelled);
        (await refused.Should().ThrowAsync<BackupException>()).Which.Message.Should().Contain("--replace");

        await house.ReopenAsync();
        await house.Get<MailBackups>().RestoreAllAsync(_backups, Everything with { Replace = true }, _ => { }, House.Cancelled);

        (await house.ReadAsync("info")).Should().ContainSingle();
        var aside = System.IO.Directory.GetDirectories(house.Folder, RestoreMark.SetAside + "*").Should().ContainSingle().Subject;
        File.Exists(Path.Join(aside, "directory.db")).Should().BeTrue();
        File.Exists(Path.Join(house.Folder, RestoreMark.FileName)).Should().BeFalse();
    }

    [Fact]
    public async Task A_restore_that_is_cut_leaves_its_mark_and_can_be_done_again()
    {
        await using var house = await House.OpenAsync("info", "corsi");
        await AppendAsync(house, "info", "one", Large);
        await BackUpAsync(house);
        await house.ReopenAsync();
        var cut = () => house.Get<MailBackups>().RestoreAllAsync(
            _backups, Everything with { Replace = true }, _ => throw new OperationCanceledException(), House.Cancelled);
        await cut.Should().ThrowAsync<OperationCanceledException>();
        File.Exists(Path.Join(house.Folder, RestoreMark.FileName)).Should().BeTrue();

        await house.Get<MailBackups>().RestoreAllAsync(_backups, Everything, _ => { }, House.Cancelled);

        File.Exists(Path.Join(house.Folder, RestoreMark.FileName)).Should().BeFalse();
        (await house.ReadAsync("info")).Should().ContainSingle();
        (await house.VerifyAsync("corsi")).Should().BeEmpty();
    }

    private static string Large { get; } = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(200_000));

    private Task<BackupOutcome> BackUpAsync(House house) =>
        house.Get<MailBackups>().WriteAsync(_backups, "test", _ => { }, House.Cancelled);

    private Task<BackupCheck> VerifyAsync(House house) => house.Get<MailBackups>().VerifyAsync(_backups, null, _ => { }, House.Cancelled);

    private static async Task WriteAsync(House house, string name, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
            await AppendAsync(house, name, $"{name} {i}", i % 7 == 0 ? Large : "x");
    }

    private static async Task<int> UntilAsync(House house, string name, int count)
    {
        while ((await house.ReadAsync(name)).Count is var seen)
        {
            if (seen >= count)
                return seen;
            await Task.Delay(10, House.Cancelled);
        }

        return 0;
    }

    private static async Task AppendAsync(House house, string name, string subject, string text)
    {
        var door = await house.DoorAsync(name);
        var inbox = (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        await door.AppendAsync(inbox, [new NewMessage(House.Message($"Subject: {subject}\r\n\r\n{text}\r\n"), FlagNames.None, null)], House.Cancelled);
    }

    private static async Task<(MailboxInfo Inbox, IReadOnlyList<string> Ids)> LookAsync(House house)
    {
        var door = await house.DoorAsync("info");
        var inbox = (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!;
        var snapshot = await door.GetSnapshotAsync(inbox.Id, House.Cancelled);
        var ids = new List<string>();
        await foreach (var message in door.ReadAsync([.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i])], MessageNeeds.Facts, House.Cancelled))
            ids.Add(message.Facts!.ObjectId);
        return (inbox, ids);
    }

    /// <summary>Files that were written a while ago, as those of a mailbox at night are.</summary>
    private static void Age(string folder)
    {
        foreach (var file in System.IO.Directory
            .EnumerateFiles(folder, "mail.db*", SearchOption.AllDirectories)
            .Where(file => File.GetLastWriteTimeUtc(file) > DateTime.UtcNow.AddMinutes(-30)))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
    }
}
