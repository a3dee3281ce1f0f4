using Casella.Core.Backups;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Repairs;

namespace Casella.Core.Tests.Repairs;

/// <summary>Accounts that are really damaged: rows changed, files deleted, bytes overwritten (ADR 0048).</summary>
public sealed class RepairTests : IDisposable
{
    private const string Info = "info@example.test";
    private const int PageSize = 4096;
    private readonly string _backups = Path.Join(Path.GetTempPath(), $"casella-backups-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (System.IO.Directory.Exists(_backups))
            System.IO.Directory.Delete(_backups, recursive: true);
    }

    [Fact]
    public async Task Counters_that_are_wrong_are_counted_again_and_who_is_signed_in_is_sent_away()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "one", "two");
        var open = await house.DoorAsync("info");
        await house.DamageAsync("UPDATE mailboxes SET messages=99, unseen=7, uid_next=1 WHERE name='INBOX'; UPDATE accounts SET used_bytes=1, modseq=1; UPDATE messages SET placements=3;");
        var ended = new List<SessionEnd>();
        using var session = house.Get<LiveSessions>().Enter(await house.SignedInAsync("info"), System.Net.IPAddress.Loopback, ended.Add);

        var trial = await RepairAsync(house, isTrial: true);
        var outcome = await RepairAsync(house);

        trial.Findings.Should().NotBeEmpty().And.Equal(trial.Remaining);
        outcome.Findings.Should().Equal(trial.Findings, "a trial changes nothing");
        outcome.Remaining.Should().BeEmpty();
        outcome.Should().BeEquivalentTo(new { File = MendedFile.Sound, Recovered = 0, Returned = 0, Refilled = 0 }, options => options.ExcludingMissingMembers());
        ended.Should().Equal(SessionEnd.AccountRepaired);
        var late = () => open.SetSubscribedAsync(MailboxName.Inbox, false, House.Cancelled);
        (await late.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.Unavailable, "what it knows is no longer so");
        await AppendAsync(house, "three");
        (await house.ReadAsync("info")).Should().HaveCount(3);
        (await house.VerifyAsync("info")).Should().BeEmpty();
        (await RepairAsync(house)).Findings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_deleted_blob_is_taken_from_the_backup_and_without_one_it_is_said_what_was_lost()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "small");
        await AppendLargeAsync(house, "the minutes", 'x');
        await BackUpAsync(house);
        System.IO.File.Delete(Blobs(house).Single());

        var mended = await RepairAsync(house);

        mended.Should().BeEquivalentTo(new { Refilled = 1, Returned = 0, Recovered = 0 }, options => options.ExcludingMissingMembers());
        mended.Remaining.Should().BeEmpty();
        mended.Backup.Should().NotBeNull();
        (await house.ReadAsync("info"))[1].Should().Contain("the minutes").And.HaveLength(Mail("the minutes", new string('x', 100_000)).Length);

        System.IO.File.Delete(Blobs(house).Single());
        System.IO.Directory.Delete(_backups, recursive: true);
        var lost = await RepairAsync(house);

        lost.Lost.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Folder = "INBOX", From = "Anna", Subject = "the minutes", ReceivedAt = house.Time.GetUtcNow() }, options => options.ExcludingMissingMembers());
        lost.Remaining.Should().ContainSingle();
        (await house.DoorAsync("info")).Should().NotBeNull("the mailbox goes on");
    }

    [Fact]
    public async Task Content_that_has_lost_its_row_or_its_place_is_found_again()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "one", "two", "three");
        await house.DamageAsync("DELETE FROM placements WHERE uid=1; DELETE FROM messages WHERE email_id=2; DELETE FROM bodies WHERE email_id=3; DELETE FROM messages WHERE email_id=3;");

        var outcome = await RepairAsync(house);

        outcome.Should().BeEquivalentTo(new { Recovered = 2, RecoveredFolder = "Recuperati", Returned = 0 }, options => options.ExcludingMissingMembers());
        outcome.Remaining.Should().BeEmpty();
        outcome.Lost.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Folder = "INBOX", Subject = (string?)null }, options => options.ExcludingMissingMembers());
        (await house.ReadAsync("info", "Recuperati")).Should().ContainSingle().Which.Should().Contain("one");
        (await house.ReadAsync("info")).Should().ContainSingle().Which.Should().Contain("two");
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_file_with_overwritten_pages_everything_readable_stays_and_the_rest_comes_from_the_backup(bool hasBackup)
    {
        await using var house = await House.OpenAsync("info");
        for (var i = 0; i < 8; i++)
            await AppendAsync(house, [.. Enumerable.Range(0, 25).Select(n => $"message {(i * 25) + n:000}")]);
        if (hasBackup)
            await BackUpAsync(house);
        await AppendAsync(house, "since the backup");
        await house.ReopenAsync();
        Overwrite(house, from: 0.7, pages: 4);

        var outcome = await RepairAsync(house);

        outcome.File.Should().Be(MendedFile.Salvaged);
        outcome.SetAside.Should().StartWith("mail.db.damaged-");
        System.IO.File.Exists(Path.Join(Path.GetDirectoryName(MailFile(house)), outcome.SetAside)).Should().BeTrue("nothing is thrown away");
        var texts = (await AllAsync(house)).ToList();
        texts.Should().HaveCountGreaterThan(hasBackup ? 199 : 100).And.OnlyHaveUniqueItems();
        if (hasBackup)
        {
            outcome.Lost.Should().BeEmpty();
            texts.Where(text => text.Contains("message ", StringComparison.Ordinal)).Should().HaveCount(200);
            outcome.Remaining.Should().BeEmpty();
        }

        (await RepairAsync(house)).Findings.Should().BeEquivalentTo(outcome.Remaining, "what is left needs no second try");
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_comes_whole_from_the_backup_with_the_large_mail_that_came_since()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "before");
        var validity = await UidValidityAsync(house);
        await BackUpAsync(house);
        await AppendLargeAsync(house, "large and since", 'y');
        await house.ReopenAsync();
        Overwrite(house, from: 0, pages: 1);

        var outcome = await RepairAsync(house);

        outcome.File.Should().Be(MendedFile.OfBackup);
        outcome.Remaining.Should().BeEmpty();
        outcome.Recovered.Should().Be(1);
        (await house.ReadAsync("info")).Should().ContainSingle().Which.Should().Contain("before");
        (await house.ReadAsync("info", "Recuperati")).Should().ContainSingle().Which.Should().Contain("large and since");
        (await UidValidityAsync(house)).Should().BeGreaterThan(validity, "RFC 9051 §2.3.1.1: programs must not mix what they know");
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Without_a_backup_a_file_that_cannot_be_opened_is_left_as_it_is()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "one");
        await house.ReopenAsync();
        Overwrite(house, from: 0, pages: 1);
        var before = await System.IO.File.ReadAllBytesAsync(MailFile(house), House.Cancelled);

        var outcome = await RepairAsync(house);

        outcome.File.Should().Be(MendedFile.Lost);
        outcome.Remaining.Should().NotBeEmpty();
        (await System.IO.File.ReadAllBytesAsync(MailFile(house), House.Cancelled)).Should().Equal(before);
    }

    [Fact]
    public async Task A_damaged_search_index_is_made_anew()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "needle", "hay");
        var account = (await house.Directory.AccountAsync(Info, House.Cancelled)).Id;
        await house.Accounts.Indexing.RebuildAsync(account, (_, _) => { }, House.Cancelled);
        await house.ReopenAsync();
        var index = System.IO.Directory.EnumerateFiles(house.Folder, "search.db", SearchOption.AllDirectories).Single();
        await System.IO.File.WriteAllBytesAsync(index, new byte[3 * PageSize], House.Cancelled);

        var outcome = await RepairAsync(house);

        outcome.Should().BeEquivalentTo(new { IsIndexRebuilt = true, File = MendedFile.Sound, Corrected = 0 }, options => options.ExcludingMissingMembers());
        outcome.Remaining.Should().BeEmpty();
        (await house.Accounts.Indexing.StatusAsync(account, House.Cancelled)).Indexed.Should().Be(2);
    }

    [Fact]
    public async Task A_file_of_large_mail_that_nobody_names_goes_and_one_that_has_just_come_stays()
    {
        await using var house = await House.OpenAsync("info");
        await AppendLargeAsync(house, "large", 'x');
        var blob = Blobs(house).Single();
        var (orphan, fresh) = (Path.Join(Path.GetDirectoryName(blob), new string('a', 30) + Path.GetFileName(blob)[^2..]), Path.Join(Path.GetDirectoryName(blob), new string('b', 30) + Path.GetFileName(blob)[^2..]));
        System.IO.File.Copy(blob, orphan);
        System.IO.File.Copy(blob, fresh);
        System.IO.File.SetLastWriteTimeUtc(orphan, house.Time.GetUtcNow().UtcDateTime.AddHours(-3));
        System.IO.File.SetLastWriteTimeUtc(blob, house.Time.GetUtcNow().UtcDateTime.AddHours(-3));
        System.IO.File.SetLastWriteTimeUtc(fresh, house.Time.GetUtcNow().UtcDateTime);

        (await RepairAsync(house)).Swept.Should().Be(1);

        Blobs(house).Should().BeEquivalentTo([blob, fresh]);
    }

    [Fact]
    public async Task The_office_repairs_through_its_door_and_it_is_in_the_journal()
    {
        await using var house = await House.OpenAsync("info");
        await AppendAsync(house, "one");
        await house.DamageAsync("UPDATE mailboxes SET messages=5 WHERE name='INBOX'");
        var door = house.Get<OfficeDoors>().Open(OfficeCaller.CommandLine);

        (await door.Care.RepairAsync(Info, isTrial: false, _ => { }, House.Cancelled)).Corrected.Should().Be(1);

        (await door.Journal.ReadAsync(10, null, null, House.Cancelled)).Should().Contain(entry => entry.Act == "mailbox.repair" && entry.Subject == Info);
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    private static Task<RepairOutcome> RepairAsync(House house, bool isTrial = false) =>
        house.Get<MailboxRepairs>().RunAsync(Info, isTrial, _ => { }, House.Cancelled);

    private static string Mail(string subject, string text) => $"From: Anna <anna@example.org>\r\nSubject: {subject}\r\nMessage-ID: <{subject.Replace(' ', '.')}@example.org>\r\n\r\n{text}\r\n";

    private static Task AppendAsync(House house, params string[] subjects) => AppendAllAsync(house, subjects, "text");

    private static async Task AppendAllAsync(House house, IReadOnlyList<string> subjects, string text)
    {
        var door = await house.DoorAsync("info");
        var inbox = (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        foreach (var subject in subjects)
            await door.AppendAsync(inbox, [new NewMessage(House.Message(Mail(subject, text)), FlagNames.None, null)], House.Cancelled);
    }

    private static Task AppendLargeAsync(House house, string subject, char text) => AppendAllAsync(house, [subject], new string(text, 100_000));

    private async Task BackUpAsync(House house) => await house.Get<MailBackups>().WriteAsync(_backups, "test", _ => { }, House.Cancelled);

    private static string MailFile(House house) => System.IO.Directory.EnumerateFiles(house.Folder, "mail.db", SearchOption.AllDirectories).Single();

    private static List<string> Blobs(House house) => [.. System.IO.Directory.EnumerateFiles(Path.Join(house.Folder, "blobs"), "*", SearchOption.AllDirectories)];

    private static void Overwrite(House house, double from, int pages)
    {
        using var file = System.IO.File.OpenWrite(MailFile(house));
        file.Position = (long)(file.Length * from) / PageSize * PageSize;
        var garbage = new byte[pages * PageSize];
        new Random(7).NextBytes(garbage);
        file.Write(garbage);
    }

    private static async Task<uint> UidValidityAsync(House house) =>
        (await (await house.DoorAsync("info")).GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.UidValidity;

    private static async Task<IEnumerable<string>> AllAsync(House house)
    {
        var door = await house.DoorAsync("info");
        var texts = new List<string>();
        foreach (var folder in (await door.GetTreeAsync(House.Cancelled)).Mailboxes)
        {
            var snapshot = await door.GetSnapshotAsync(folder.Id, House.Cancelled);
            for (var i = 0; i < snapshot.Count; i++)
            {
                try
                {
                    await using var content = await door.OpenAsync(snapshot[i].Email, House.Cancelled);
                    texts.Add(System.Text.Encoding.UTF8.GetString((await content.ReadAsync(0, content.Size, House.Cancelled)).Span));
                }
                catch (MailException lost) when (lost.Error is MailError.NoSuchMessage or MailError.Damaged)
                {
                    // Told by the repair: its line stays.
                    continue;
                }
            }
        }

        return texts;
    }
}
