using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Migration;

namespace Casella.Core.Tests.Migration;

/// <summary>A mailbox comes over from another server: all of it, once, whatever happens on the way.</summary>
public sealed class MailMigrationsTests
{
    private const string Info = "info@example.test";

    [Fact]
    public async Task Folders_flags_and_dates_come_and_a_second_run_copies_nothing()
    {
        await using var house = await House.OpenAsync("info");
        var old = new PlayedOldMailbox
        {
            Folders =
            {
                new PlayedFolder("INBOX", "INBOX").Add(3, "Subject: a\r\n\r\na\r\n", MessageFlags.Seen | MessageFlags.Flagged, "$Forwarded", "Corsi").Add(9, "Subject: b\r\n\r\nb\r\n"),
                new PlayedFolder("INBOX.Posta inviata", "Posta inviata").Add(1, "Subject: c\r\n\r\nc\r\n"),
                new PlayedFolder("INBOX.Gone", "Gone", SpecialUse.Trash).Add(1, "Subject: a\r\n\r\na\r\n"),
                new PlayedFolder("INBOX.Corsi.2025", "Corsi/2025").Add(2, "Subject: d\r\n\r\nd\r\n").Add(4, "Subject: d\r\n\r\nd\r\n"),
                new PlayedFolder("bad\u0007", "bad\u0007"),
            },
        };

        var first = await RunAsync(house, old);

        first.Should().BeEquivalentTo(new { Copied = 6, Present = 0, Flags = 0, IsFull = false });
        first.Folders.Should().Equal(
            new MigratedFolder("INBOX", "INBOX", 2, 2), new MigratedFolder("INBOX.Posta inviata", "Sent", 1, 1),
            new MigratedFolder("INBOX.Gone", "Trash", 1, 1), new MigratedFolder("INBOX.Corsi.2025", "Corsi/2025", 2, 2));
        first.Differences.Should().Equal(new MigrationDifference(MigrationDifferenceKind.FolderName, "bad\u0007", 0));
        var account = await house.DoorAsync("info");
        var tree = await account.GetTreeAsync(House.Cancelled);
        tree.Subscriptions.Should().Contain("Corsi/2025");
        var snapshot = await account.GetSnapshotAsync(tree.Find(MailboxName.Inbox)!.Id, House.Cancelled);
        snapshot.Keywords.NamesOf(snapshot[0].Flags).Should().BeEquivalentTo(new FlagNames(MessageFlags.Seen | MessageFlags.Flagged, ["$Forwarded", "Corsi"]));
        DateTimeOffset.FromUnixTimeSeconds(snapshot[0].ReceivedAt).Year.Should().Be(2019);
        (await house.ReadAsync("info", "Corsi/2025")).Should().HaveCount(2, "what is twice there is twice here");

        old.Fetched.Clear();
        var second = await RunAsync(house, old);

        second.Should().BeEquivalentTo(new { Copied = 0, Present = 6, Flags = 0 });
        old.Fetched.Should().BeEmpty();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_run_that_breaks_is_gone_on_with_and_doubles_nothing()
    {
        await using var house = await House.OpenAsync("info");
        var inbox = new PlayedFolder("INBOX", "INBOX");
        for (var uid = 1u; uid <= 120; uid++)
            inbox.Add(uid, $"Subject: {uid}\r\n\r\nx\r\n");
        var old = new PlayedOldMailbox { Folders = { inbox }, BreaksAfter = 70 };

        await ((Func<Task>)(() => RunAsync(house, old))).Should().ThrowAsync<IOException>();
        await house.ReopenAsync();
        (await house.ReadAsync("info")).Should().HaveCount(50, "what was noted is here");
        old.BreaksAfter = null;
        old.Fetched.Clear();
        var outcome = await RunAsync(house, old);

        outcome.Should().BeEquivalentTo(new { Copied = 70, Present = 50 });
        old.Fetched.Should().HaveCount(70);
        (await house.ReadAsync("info")).Should().HaveCount(120).And.OnlyHaveUniqueItems();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Flags_follow_and_what_was_done_here_stays()
    {
        await using var house = await House.OpenAsync("info");
        var inbox = new PlayedFolder("INBOX", "INBOX").Add(1, "Subject: a\r\n\r\na\r\n").Add(2, "Subject: b\r\n\r\nb\r\n", MessageFlags.Flagged);
        var old = new PlayedOldMailbox { Folders = { inbox } };
        await RunAsync(house, old);
        var account = await house.DoorAsync("info");
        var id = (await account.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        await account.StoreFlagsAsync(id, [new Uid(1)], FlagOperation.Add, new FlagNames(MessageFlags.Answered, []), null, House.Cancelled);

        inbox.Flag(1, MessageFlags.Seen);
        inbox.Flag(2, MessageFlags.Seen);
        (await RunAsync(house, old)).Flags.Should().Be(2);

        var snapshot = await account.GetSnapshotAsync(id, House.Cancelled);
        snapshot[0].Flags.Should().Be(MessageFlags.Seen | MessageFlags.Answered);
        snapshot[1].Flags.Should().Be(MessageFlags.Seen);
        (await RunAsync(house, old)).Flags.Should().Be(0);
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_folder_that_was_made_anew_there_doubles_nothing()
    {
        await using var house = await House.OpenAsync("info");
        var inbox = new PlayedFolder("INBOX", "INBOX").Add(1, "Subject: a\r\n\r\na\r\n").Add(2, "Subject: b\r\n\r\nb\r\n");
        var old = new PlayedOldMailbox { Folders = { inbox } };
        await RunAsync(house, old);

        inbox.UidValidity = 2_000;
        (await RunAsync(house, old)).Should().BeEquivalentTo(new { Copied = 0, Present = 2 });

        (await house.ReadAsync("info")).Should().HaveCount(2);
        inbox.Add(3, "Subject: b\r\n\r\nb\r\n");
        (await RunAsync(house, old)).Copied.Should().Be(1, "a second one there is a second one here");
    }

    [Fact]
    public async Task What_is_gone_there_is_kept_and_told_or_follows()
    {
        await using var house = await House.OpenAsync("info");
        var inbox = new PlayedFolder("INBOX", "INBOX").Add(1, "Subject: a\r\n\r\na\r\n").Add(2, "Subject: b\r\n\r\nb\r\n");
        var old = new PlayedOldMailbox { Folders = { inbox } };
        await RunAsync(house, old);

        inbox.Messages.RemoveAt(0);
        (await RunAsync(house, old)).Differences.Should().ContainSingle().Which.ToString().Should().Contain("1 gone there");
        (await house.ReadAsync("info")).Should().HaveCount(2);
        var followed = await RunAsync(house, old, followRemovals: true);

        followed.Should().BeEquivalentTo(new { Removed = 1, Differences = Array.Empty<MigrationDifference>() });
        (await house.ReadAsync("info")).Should().ContainSingle().Which.Should().Contain("Subject: b");
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task POP3_programs_know_the_messages_again()
    {
        await using var house = await House.OpenAsync("info");
        var phone = await house.AddPhoneAsync("info", "anna");
        var old = new PlayedOldMailbox
        {
            Folders = { new PlayedFolder("INBOX", "INBOX").Add(1, "Subject: a\r\n\r\na\r\n").Add(2, "Subject: b\r\n\r\nb\r\n") },
            UniqueIds = { [1] = "0000000164b1f0aa", [2] = "<strange@name>" },
        };

        (await RunAsync(house, old)).UniqueIds.Should().Be(2);
        (await RunAsync(house, old)).UniqueIds.Should().Be(0);

        var account = await house.DoorAsync("info", new Actor(phone.Device.Person?.Id, phone.Device.Id, AccessProtocol.Pop3, "phone"));
        var view = await account.Maildrops.OpenAsync(House.Cancelled);
        (await account.Maildrops.ReadUniqueIdsAsync(view, House.Cancelled)).Should().Equal("0000000164b1f0aa", "<strange@name>");
    }

    [Fact]
    public async Task A_full_mailbox_takes_what_fits_and_goes_on_with_more_room()
    {
        await using var house = await House.OpenAsync();
        await house.AddAsync("info", quota: 1024 * 1024);
        var inbox = new PlayedFolder("INBOX", "INBOX");
        for (var uid = 1u; uid <= 10; uid++)
            inbox.Add(uid, $"Subject: {uid}\r\n\r\n{new string((char)('a' + uid), 200_000)}\r\n");
        var old = new PlayedOldMailbox { Folders = { inbox } };

        var first = await RunAsync(house, old);
        first.IsFull.Should().BeTrue();
        first.Copied.Should().BeInRange(4, 5);
        first.Differences.Should().ContainSingle().Which.ToString().Should().Contain("full");
        await house.Directory.SetQuotaAsync(Info, 10_000_000, House.Cancelled);
        var second = await RunAsync(house, old);

        (first.Copied + second.Copied, second.IsFull, second.Differences.Count).Should().Be((10, false, 0));
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    private static Task<MigrationOutcome> RunAsync(House house, PlayedOldMailbox old, bool followRemovals = false) =>
        house.Get<MailMigrations>().RunAsync(
            Info, new MigrationOrder(_ => Task.FromResult<IOldMailbox>(old), followRemovals, _ => { }), House.Cancelled);
}
