using Casella.Core.Backups;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Backups;

/// <summary>One mailbox comes back while the service runs: what it lacks, with the names that programs know it by.</summary>
public sealed class MailboxRestoreTests : IDisposable
{
    private const string Info = "info@example.test";
    private readonly string _backups = Path.Join(Path.GetTempPath(), $"casella-backups-{Guid.NewGuid():N}");

    public void Dispose() => System.IO.Directory.Delete(_backups, recursive: true);

    [Fact]
    public async Task What_was_deleted_comes_back_with_flags_date_and_EMAILID_and_what_came_since_stays()
    {
        await using var house = await House.OpenAsync("info");
        var received = new DateTimeOffset(2020, 5, 6, 7, 8, 9, TimeSpan.Zero);
        await AppendAsync(house, "INBOX", "lost", new FlagNames(MessageFlags.Flagged | MessageFlags.Seen, ["$Label1"]), received);
        await AppendAsync(house, "INBOX", "kept");
        var before = await LookAsync(house, "INBOX");
        await BackUpAsync(house);
        await DestroyAllTracesAsync(house, before[0].Placement.Uid);
        await AppendAsync(house, "INBOX", "since");
        var uidValidity = (await TreeAsync(house)).Find(MailboxName.Inbox)!.UidValidity;

        var restored = await RestoreAsync(house);

        restored.Counts.Should().Be(restored.Counts with { Restored = 1, Present = 1, Elsewhere = 0, Destroyed = 0 });
        var after = await LookAsync(house, "INBOX");
        after.Should().HaveCount(3);
        after[2].Facts!.ObjectId.Should().Be(before[0].Facts!.ObjectId, "a PC that has fetched it by POP3 knows it");
        after[2].Placement.ReceivedAt.Should().Be(received.ToUnixTimeSeconds());
        after[2].Placement.Uid.Value.Should().BeGreaterThan(3, "RFC 9051 §2.3.1.1: a UID is never given twice");
        (await FlagsAsync(house, after[2].Placement)).Keywords.Should().Equal("$Label1");
        after[2].Placement.Flags.Has(MessageFlags.Flagged | MessageFlags.Seen).Should().BeTrue();
        (await TreeAsync(house)).Find(MailboxName.Inbox)!.UidValidity.Should().Be(uidValidity);
        (await house.VerifyAsync("info")).Should().BeEmpty();
        (await RestoreAsync(house)).Counts.Restored.Should().Be(0);
    }

    [Fact]
    public async Task What_is_only_in_Trash_comes_back_and_what_was_filed_stays_where_it_is()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "INBOX", "thrown away");
        await AppendAsync(house, "INBOX", "filed");
        await BackUpAsync(house);
        var door = await house.DoorAsync("info");
        var tree = await TreeAsync(house);
        await door.MoveAsync(tree.Find(MailboxName.Inbox)!.Id, [new Uid(1)], tree.Find(SpecialUse.Trash)!.Id, House.Cancelled);
        await door.MoveAsync(tree.Find(MailboxName.Inbox)!.Id, [new Uid(2)], tree.Find(SpecialUse.Archive)!.Id, House.Cancelled);

        var restored = await RestoreAsync(house);

        restored.Counts.Restored.Should().Be(1);
        restored.Counts.Elsewhere.Should().Be(1);
        (await house.ReadAsync("info")).Should().ContainSingle().Which.Should().Contain("thrown away");
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task One_folder_comes_back_with_those_below_it_and_it_can_be_undone()
    {
        await using var house = await House.OpenAsync("info");
        var door = await house.DoorAsync("info");
        foreach (var name in new[] { "Corsi", "Corsi/2025" })
        {
            await door.CreateMailboxAsync(MailboxName.Parse(name), SpecialUse.None, House.Cancelled);
            await door.SetSubscribedAsync(MailboxName.Parse(name), true, House.Cancelled);
            await AppendAsync(house, name, name);
        }

        await AppendAsync(house, "INBOX", "other");
        await BackUpAsync(house);
        foreach (var name in new[] { "Corsi/2025", "Corsi" })
            await door.DeleteMailboxAsync(MailboxName.Parse(name), House.Cancelled);
        await door.ExpungeAsync((await TreeAsync(house)).Find(MailboxName.Inbox)!.Id, null, onlyDeleted: false, House.Cancelled);
        await door.SetSubscribedAsync(MailboxName.Parse("Corsi"), false, House.Cancelled);

        var restored = await RestoreAsync(house, folder: "Corsi");

        restored.Counts.NewFolders.Should().Equal("Corsi", "Corsi/2025");
        restored.Counts.Restored.Should().Be(2);
        (await house.ReadAsync("info")).Should().BeEmpty("it was not asked for");
        (await house.ReadAsync("info", "Corsi/2025")).Should().ContainSingle();
        (await TreeAsync(house)).Subscriptions.Should().Contain("Corsi");
        (await house.VerifyAsync("info")).Should().BeEmpty();

        var undone = await door.UndoAsync(new UndoRequest { Change = door.HighestModSeq }, House.Cancelled);
        undone.Conflicts.Should().BeEmpty();
        (await house.ReadAsync("info", "Corsi/2025")).Should().BeEmpty("what was put back last is taken away again");
        (await house.ReadAsync("info", "Corsi")).Should().ContainSingle();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_removed_mailbox_is_made_again_and_keeps_its_EMAILIDs()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "INBOX", "one");
        await AppendAsync(house, "Archive", new string('y', 200_000));
        await (await house.DoorAsync("info")).Filters.PutAsync("corsi", "keep;\n", House.Cancelled);
        await (await house.DoorAsync("info")).Filters.ActivateAsync("corsi", House.Cancelled);
        var before = await LookAsync(house, "INBOX");
        await BackUpAsync(house);
        await house.Directory.RemoveAccountAsync(Info, House.Cancelled);

        var restored = await RestoreAsync(house);

        restored.Password.Should().NotBeNullOrEmpty();
        restored.Counts.Restored.Should().Be(2);
        (await LookAsync(house, "INBOX"))[0].Facts!.ObjectId.Should().Be(before[0].Facts!.ObjectId);
        (await (await house.DoorAsync("info")).Filters.ListAsync(House.Cancelled)).Should().ContainSingle().Which.IsActive.Should().BeTrue();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task As_another_mailbox_the_mail_is_there_once_however_often()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "INBOX", "one");
        await BackUpAsync(house);

        var first = await RestoreAsync(house, to: "copia@example.test");
        var second = await RestoreAsync(house, to: "copia@example.test");

        first.Password.Should().NotBeNull();
        second.Password.Should().BeNull();
        second.Counts.Restored.Should().Be(0);
        (await house.ReadAsync("copia")).Should().ContainSingle();
        (await house.ReadAsync("info")).Should().ContainSingle();
        (await house.VerifyAsync("copia")).Should().BeEmpty();
    }

    [Fact]
    public async Task What_was_destroyed_on_purpose_stays_gone()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "INBOX", "secret");
        await BackUpAsync(house);
        var door = await house.DoorAsync("info");
        var placement = (await LookAsync(house, "INBOX"))[0].Placement;
        await door.Destruction.DestroyAsync([placement.Email], null, House.Cancelled);

        var restored = await RestoreAsync(house);

        restored.Counts.Destroyed.Should().Be(1);
        restored.Counts.Restored.Should().Be(0);
        (await house.ReadAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task The_backup_of_a_time_is_the_last_one_before()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "INBOX", "early");
        await BackUpAsync(house);
        house.Time.Advance(TimeSpan.FromDays(1));
        var between = house.Time.GetUtcNow();
        await AppendAsync(house, "INBOX", "late");
        house.Time.Advance(TimeSpan.FromDays(1));
        await BackUpAsync(house);

        (await RestoreAsync(house, to: "copia@example.test", at: between)).Counts.Restored.Should().Be(1);
        var never = () => RestoreAsync(house, at: between.AddDays(-9));
        (await never.Should().ThrowAsync<BackupException>()).Which.Message.Should().Contain("no backup from before");
    }

    private Task<BackupOutcome> BackUpAsync(House house) => house.Get<MailBackups>().WriteAsync(_backups, "test", _ => { }, House.Cancelled);

    private Task<MailboxRestored> RestoreAsync(House house, string? to = null, string? folder = null, DateTimeOffset? at = null) =>
        house.Get<MailboxRestores>().RunAsync(
            new MailboxToRestore(_backups, Info, to, folder is null ? null : MailboxName.Parse(folder), at), _ => { }, House.Cancelled);

    /// <summary>Deleted so long ago that nothing of it is kept.</summary>
    private static async Task DestroyAllTracesAsync(House house, Uid uid)
    {
        var door = await house.DoorAsync("info");
        await door.ExpungeAsync((await TreeAsync(house)).Find(MailboxName.Inbox)!.Id, [uid], onlyDeleted: false, House.Cancelled);
        await house.Get<Casella.Core.Storage.IMailStore>().WriteAsync(
            door.Id, transaction => transaction.DeleteOrphans(house.Time.GetUtcNow().AddDays(1), 10), null, House.Cancelled);
    }

    private static async Task<MailboxTree> TreeAsync(House house) => await (await house.DoorAsync("info")).GetTreeAsync(House.Cancelled);

    private static async Task AppendAsync(House house, string mailbox, string subject, FlagNames? flags = null, DateTimeOffset? at = null)
    {
        var door = await house.DoorAsync("info");
        var id = (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(mailbox))!.Id;
        await door.AppendAsync(id, [new NewMessage(House.Message($"Subject: {subject}\r\n\r\n{subject}\r\n"), flags ?? FlagNames.None, at)], House.Cancelled);
    }

    private static async Task<IReadOnlyList<MessageData>> LookAsync(House house, string mailbox)
    {
        var door = await house.DoorAsync("info");
        var snapshot = await door.GetSnapshotAsync((await TreeAsync(house)).Find(MailboxName.Parse(mailbox))!.Id, House.Cancelled);
        var messages = new List<MessageData>();
        await foreach (var message in door.ReadAsync([.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i])], MessageNeeds.Facts, House.Cancelled))
            messages.Add(message);
        return messages;
    }

    private static async Task<FlagNames> FlagsAsync(House house, Placement placement)
    {
        var door = await house.DoorAsync("info");
        var snapshot = await door.GetSnapshotAsync((await TreeAsync(house)).Find(MailboxName.Inbox)!.Id, House.Cancelled);
        return snapshot.Keywords.NamesOf(placement.Flags);
    }
}
