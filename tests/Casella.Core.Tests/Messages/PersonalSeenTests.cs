using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Formats.Mime;

namespace Casella.Core.Tests.Messages;

/// <summary>Where the policy of \Seen is personal: Anna, Marco and the common password in one mailbox.</summary>
public sealed partial class PersonalSeenTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly FlagNames Seen = new(MessageFlags.Seen, []);
    private House _house = null!;
    private MailAccount _anna = null!;
    private MailAccount _marco = null!;
    private MailAccount _common = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        await OpenDoorsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Each_person_reads_for_themselves()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 3);

        var stored = await _anna.StoreFlagsAsync(inbox, [uids[0], uids[2]], FlagOperation.Add, Seen, null, None);

        stored.Stored.Should().OnlyContain(placement => placement.Flags.Has(MessageFlags.Seen));
        (await SeenAsync(_anna, inbox)).Should().Equal(uids[0], uids[2]);
        (await SeenAsync(_marco, inbox)).Should().BeEmpty();
        (await SeenAsync(_common, inbox)).Should().BeEmpty();
        (await UnseenAsync(_anna)).Should().Be(1);
        (await UnseenAsync(_marco)).Should().Be(3);
        (await _anna.GetSnapshotAsync(inbox, None)).FirstUnseen.Should().Be(1);
        (await _marco.GetSnapshotAsync(inbox, None)).FirstUnseen.Should().Be(0);
        (await SearchUnseenAsync(_anna, inbox)).Should().Equal(uids[1]);
        (await SearchUnseenAsync(_marco, inbox)).Should().Equal(uids);
    }

    [Fact]
    public async Task What_the_common_password_reads_nobody_else_has_read()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 2);

        await _common.StoreFlagsAsync(inbox, [uids[0]], FlagOperation.Add, Seen, null, None);

        (await SeenAsync(_common, inbox)).Should().Equal(uids[0]);
        (await SeenAsync(_anna, inbox)).Should().BeEmpty();
    }

    [Fact]
    public async Task Everybody_begins_with_what_was_read_in_common()
    {
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 3);
        await _anna.StoreFlagsAsync(inbox, [uids[0], uids[1]], FlagOperation.Add, Seen, null, None);
        var before = _anna.HighestModSeq;

        await SetAsync("person");

        (await SeenAsync(_anna, inbox)).Should().Equal(uids[0], uids[1]);
        (await SeenAsync(_marco, inbox)).Should().Equal(uids[0], uids[1]);
        (await ChangedSinceAsync(_marco, inbox, before)).Should().BeEmpty("nothing looks different");
        await _marco.StoreFlagsAsync(inbox, [uids[0]], FlagOperation.Remove, Seen, null, None);
        (await SeenAsync(_marco, inbox)).Should().Equal(uids[1]);
        (await SeenAsync(_anna, inbox)).Should().Equal(uids[0], uids[1]);
    }

    [Fact]
    public async Task Back_in_common_what_anybody_has_read_is_read()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 4);
        await _anna.StoreFlagsAsync(inbox, [uids[0], uids[1]], FlagOperation.Add, Seen, null, None);
        foreach (var door in (MailAccount[])[_anna, _marco, _common])
            await door.StoreFlagsAsync(inbox, [uids[3]], FlagOperation.Add, Seen, null, None);
        var before = _anna.HighestModSeq;

        await SetAsync("common");

        foreach (var door in (MailAccount[])[_anna, _marco, _common])
            (await SeenAsync(door, inbox)).Should().Equal(uids[0], uids[1], uids[3]);
        (await UnseenAsync(_marco)).Should().Be(1);
        (await ChangedSinceAsync(_marco, inbox, before)).Should().Equal([uids[0], uids[1]], "these look different to somebody");
    }

    [Fact]
    public async Task There_and_back_nobody_loses_their_own_and_what_happened_between_is_as_all_saw_it()
    {
        await SetAsync("person");
        var (inbox, archive) = (await InboxAsync(), await FindAsync("Archive"));
        var uids = await AppendAsync(_common, inbox, 5);
        await _anna.StoreFlagsAsync(inbox, [uids[0], uids[4]], FlagOperation.Add, Seen, null, None);
        await SetAsync("common");
        await _marco.StoreFlagsAsync(inbox, [uids[1]], FlagOperation.Add, Seen, null, None);
        var between = await AppendAsync(_common, inbox, 2);
        await _anna.StoreFlagsAsync(inbox, [between[0]], FlagOperation.Add, Seen, null, None);
        await _anna.ExpungeAsync(inbox, [uids[4]], onlyDeleted: false, None);
        var moved = (await _anna.MoveAsync(inbox, [uids[0]], archive, None)).Target;
        await _anna.CreateMailboxAsync(MailboxName.Parse("2026"), SpecialUse.None, None);
        var before = _anna.HighestModSeq;

        await SetAsync("person");

        (await SeenAsync(_anna, inbox)).Should().Equal(uids[1], between[0]);
        (await SeenAsync(_marco, inbox)).Should().Equal(uids[1], between[0]);
        (await SeenAsync(_marco, archive)).Should().Equal(moved);
        (await ChangedSinceAsync(_marco, inbox, before)).Should().BeEmpty("all that was personal here has been touched since");
        await _anna.StoreFlagsAsync(inbox, [uids[2]], FlagOperation.Add, Seen, null, None);
        await SetAsync("common");
        (await SeenAsync(_marco, inbox)).Should().Equal(uids[1], uids[2], between[0]);
        before = _anna.HighestModSeq;
        await SetAsync("person");
        (await SeenAsync(_anna, inbox)).Should().Equal(uids[1], uids[2], between[0]);
        (await SeenAsync(_marco, inbox)).Should().Equal([uids[1], between[0]], "he has not read it");
        (await ChangedSinceAsync(_marco, inbox, before)).Should().Equal(uids[2]);
    }

    [Fact]
    public async Task Who_comes_later_finds_new_what_nobody_has_read()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 4);
        await _anna.StoreFlagsAsync(inbox, [uids[0]], FlagOperation.Add, Seen, null, None);
        await _common.StoreFlagsAsync(inbox, [uids[1]], FlagOperation.Add, Seen, null, None);

        await _house.AddPhoneAsync("info", "carla");
        await _anna.StoreFlagsAsync(inbox, [uids[2]], FlagOperation.Add, Seen, null, None);

        var carla = await _house.DoorAsync("info", new Actor((await _house.People.PersonsAsync(None)).Single().Id, null, AccessProtocol.Imap, "Carla"));
        (await SeenAsync(carla, inbox)).Should().Equal([uids[0], uids[1]], "she has been a member since before the third was read");
        (await UnseenAsync(carla)).Should().Be(2);
    }

    [Fact]
    public async Task A_member_who_is_away_when_it_becomes_personal_begins_at_that_moment()
    {
        await _house.AddPhoneAsync("info", "carla");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 2);
        await SetAsync("person");
        await _anna.StoreFlagsAsync(inbox, [uids[0]], FlagOperation.Add, Seen, null, None);

        var carla = await _house.DoorAsync("info", new Actor((await _house.People.PersonsAsync(None)).Single().Id, null, AccessProtocol.Imap, "Carla"));

        (await SeenAsync(carla, inbox)).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_may_only_read_has_a_Seen_of_their_own_and_no_other_flag()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 2);
        var reader = await _house.DoorAsync("info", _anna.Actor with { Rights = MemberRights.Read });

        await reader.StoreFlagsAsync(inbox, [uids[0]], FlagOperation.Add, Seen, null, None);
        (await SeenAsync(_anna, inbox)).Should().Equal(uids[0]);
        await RefusedAsync(FlagOperation.Add, new FlagNames(MessageFlags.Seen | MessageFlags.Flagged, []));
        await RefusedAsync(FlagOperation.Replace, Seen);
        await SetAsync("common");
        await RefusedAsync(FlagOperation.Add, Seen);

        async Task RefusedAsync(FlagOperation operation, FlagNames flags) =>
            (await FluentActions.Awaiting(() => reader.StoreFlagsAsync(inbox, [uids[1]], operation, flags, null, None)).Should().ThrowAsync<MailException>())
                .Which.Error.Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task POP3_and_sending_mark_as_read_for_who_does_it()
    {
        await SetAsync("person");
        await _common.SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["pop3-seen"] = "on" }, None);
        var (inbox, sent) = (await InboxAsync(), await FindAsync("Sent"));
        await AppendAsync(_common, inbox, 2);
        var pop3 = await _house.DoorAsync("info", _anna.Actor with { Device = new DeviceId(1), Protocol = AccessProtocol.Pop3 });
        var view = await pop3.Maildrops.OpenAsync(None);

        await pop3.Maildrops.RetrievedAsync(view, view[0].Placement, None);
        await using var message = House.Message("From: info@example.test\r\nMessage-ID: <s@example.test>\r\nSubject: x\r\n\r\ntext\r\n");
        await _anna.FileSentAsync(new SentMail(message, AnsweredMessages.None), None);

        (await SeenAsync(_anna, inbox)).Should().ContainSingle();
        (await SeenAsync(_marco, inbox)).Should().BeEmpty();
        foreach (var door in (MailAccount[])[_anna, _marco, _common])
            (await SeenAsync(door, sent)).Should().ContainSingle("what a colleague has written nobody need read");
    }

    [Fact]
    public async Task A_switch_and_a_reading_in_the_same_commit_agree()
    {
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 20);
        for (var round = 0; round < 10; round++)
        {
            var all = new List<Task> { SwitchAsync(round % 2 == 0 ? "person" : "common") };
            foreach (var uid in uids)
                all.Add((uid.Value % 2 == 0 ? _anna : _marco).StoreFlagsAsync(
                    inbox, [uid], round % 3 == 0 ? FlagOperation.Remove : FlagOperation.Add, Seen, null, None));
            all.Add(_anna.MoveAsync(inbox, [uids[round]], inbox, None));
            await Task.WhenAll(all);
            (await _house.VerifyAsync("info")).Should().BeEmpty();
            (await UnseenAsync(_anna)).Should().Be(20 - (await SeenAsync(_anna, inbox)).Count);
        }
    }

    [Fact]
    public async Task Another_flag_in_the_same_STORE_is_everybodys()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 1);

        await _anna.StoreFlagsAsync(inbox, uids, FlagOperation.Replace, new FlagNames(MessageFlags.Seen | MessageFlags.Flagged, []), null, None);

        (await _marco.GetSnapshotAsync(inbox, None))[0].Flags.Should().Be(MessageFlags.Flagged);
        (await _anna.GetSnapshotAsync(inbox, None))[0].Flags.Should().Be(MessageFlags.Seen | MessageFlags.Flagged);
        var log = await LogAsync();
        log[^2].Kind.Should().Be(ChangeKind.FlagsChanged);
        log[^2].Items[0].After.Should().Be(MessageFlags.Flagged);
        log[^1].Kind.Should().Be(ChangeKind.SeenByPerson);
        log[^1].Actor.Person.Should().Be(_anna.Actor.Person);
        log[^1].Text.Should().Be("101");
        log[^1].Items[0].Before.Should().Be(MessageFlags.None);
        log[^1].Items[0].After.Should().Be(MessageFlags.Seen);
        log[^1].ModSeq.Should().Be(log[^2].ModSeq);
    }

    [Fact]
    public async Task A_change_of_ones_own_raises_the_ModSeq_for_all_and_one_that_changes_nothing_does_not()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 1);
        var before = (await _marco.GetSnapshotAsync(inbox, None))[0].ModSeq;

        var first = await _anna.StoreFlagsAsync(inbox, uids, FlagOperation.Add, Seen, null, None);
        var second = await _anna.StoreFlagsAsync(inbox, uids, FlagOperation.Add, Seen, null, None);
        var late = await _marco.StoreFlagsAsync(inbox, uids, FlagOperation.Add, Seen, unchangedSince: before, None);

        first.Stored[0].ModSeq.Should().Be(first.ModSeq!.Value);
        second.ModSeq.Should().BeNull();
        late.Modified.Should().Equal(uids);
        (await _marco.GetSnapshotAsync(inbox, None))[0].ModSeq.Should().Be(first.ModSeq!.Value);
    }

    [Fact]
    public async Task Copies_and_moves_take_everybodys_state_along()
    {
        var (inbox, archive) = (await InboxAsync(), await FindAsync("Archive"));
        var uids = await AppendAsync(_common, inbox, 3);
        await _common.StoreFlagsAsync(inbox, [uids[0]], FlagOperation.Add, Seen, null, None);
        await SetAsync("person");
        await _marco.StoreFlagsAsync(inbox, [uids[0]], FlagOperation.Remove, Seen, null, None);
        await _anna.StoreFlagsAsync(inbox, [uids[1]], FlagOperation.Add, Seen, null, None);

        var copied = await _marco.CopyAsync(inbox, uids, archive, None);
        var moved = await _marco.MoveAsync(inbox, uids, archive, None);

        (await SeenAsync(_anna, archive)).Should().Equal(copied.Target[0], copied.Target[1], moved.Target[0], moved.Target[1]);
        (await SeenAsync(_marco, archive)).Should().BeEmpty();
        (await SeenAsync(_common, archive)).Should().Equal(copied.Target[0], moved.Target[0]);
    }

    [Fact]
    public async Task What_is_appended_as_read_is_read_by_who_appends_it_and_what_is_written_by_all()
    {
        await SetAsync("person");
        var (inbox, sent) = (await InboxAsync(), await FindAsync("Sent"));

        await AppendAsync(_anna, inbox, 1, Seen);
        (await LogAsync())[^1].Kind.Should().Be(ChangeKind.SeenByPerson);
        await AppendAsync(_anna, sent, 1, Seen);

        (await SeenAsync(_anna, inbox)).Should().HaveCount(1);
        (await SeenAsync(_marco, inbox)).Should().BeEmpty();
        (await SeenAsync(_common, inbox)).Should().BeEmpty();
        (await SeenAsync(_marco, sent)).Should().HaveCount(1);
        (await SeenAsync(_common, sent)).Should().HaveCount(1);
    }

    [Fact]
    public async Task States_survive_a_restart_and_go_with_their_messages_and_mailboxes()
    {
        await SetAsync("person");
        var (inbox, archive) = (await InboxAsync(), (await _anna.CreateMailboxAsync(MailboxName.Parse("2026"), SpecialUse.None, None)).Id);
        var uids = await AppendAsync(_common, inbox, 3);
        await _anna.StoreFlagsAsync(inbox, uids, FlagOperation.Add, Seen, null, None);
        await _anna.CopyAsync(inbox, uids, archive, None);

        await _house.ReopenAsync();
        await OpenDoorsAsync();
        (await SeenAsync(_anna, inbox)).Should().Equal(uids);
        (await UnseenAsync(_marco)).Should().Be(3);

        await _marco.ExpungeAsync(inbox, [uids[1]], onlyDeleted: false, None);
        await _marco.DeleteMailboxAsync(MailboxName.Parse("2026"), None);
        (await SeenAsync(_anna, inbox)).Should().Equal(uids[0], uids[2]);
        (await UnseenAsync(_anna)).Should().Be(0);
        (await UnseenAsync(_marco)).Should().Be(2);
        (await LogAsync()).Single(entry => entry.Kind == ChangeKind.Expunged && entry.Mailbox == inbox).Text
            .Should().Be("101 2-2", "an undo must know who had read it");
    }

    [Fact]
    public async Task A_snapshot_that_is_held_does_not_change()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 1);
        var held = await _anna.GetSnapshotAsync(inbox, None);

        await _anna.StoreFlagsAsync(inbox, uids, FlagOperation.Add, Seen, null, None);

        held[0].Flags.Should().Be(MessageFlags.None);
        (await _anna.GetSnapshotAsync(inbox, None))[0].Flags.Should().Be(MessageFlags.Seen);
    }

    [Fact]
    public async Task Undo_of_one_persons_reading_is_nobody_elses_business()
    {
        await SetAsync("person");
        var (inbox, archive) = (await InboxAsync(), await FindAsync("Archive"));
        var uids = await AppendAsync(_common, inbox, 4);
        await _anna.StoreFlagsAsync(inbox, [uids[3]], FlagOperation.Add, Seen, null, None);
        _house.Time.Advance(TimeSpan.FromHours(1));
        var since = _house.Time.GetUtcNow();
        await _anna.StoreFlagsAsync(inbox, uids, FlagOperation.Add, Seen, null, None);
        await _marco.StoreFlagsAsync(inbox, uids, FlagOperation.Add, Seen, null, None);
        var moved = (await _marco.MoveAsync(inbox, [uids[0]], archive, None)).Target;

        var undone = await _common.UndoAsync(new UndoRequest { Person = new PersonId(101), Since = since }, None);
        var again = await _common.UndoAsync(new UndoRequest { Person = new PersonId(101), Since = since }, None);

        (undone.Restored, undone.Conflicts.Count).Should().Be((3, 0));
        (again.Restored, again.AlreadySo).Should().Be((0, 3));
        (await SeenAsync(_anna, inbox)).Should().Equal(uids[3]);
        (await SeenAsync(_anna, archive)).Should().BeEmpty();
        (await SeenAsync(_marco, inbox)).Should().Equal(uids[1], uids[2], uids[3]);
        (await SeenAsync(_marco, archive)).Should().Equal(moved);
        (await LogAsync()).Where(entry => entry.Kind == ChangeKind.SeenByPerson).Select(entry => entry.Text).Should().Equal("101", "101", "102", "101", "101");
    }

    [Fact]
    public async Task Undo_of_a_deletion_brings_back_who_had_read_it()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 3);
        await _anna.StoreFlagsAsync(inbox, [uids[0], uids[1]], FlagOperation.Add, Seen, null, None);
        await _common.StoreFlagsAsync(inbox, [uids[2]], FlagOperation.Add, Seen, null, None);
        _house.Time.Advance(TimeSpan.FromHours(1));
        var since = _house.Time.GetUtcNow();
        await _marco.StoreFlagsAsync(inbox, uids, FlagOperation.Add, Seen, null, None);
        await _marco.ExpungeAsync(inbox, uids, onlyDeleted: false, None);

        var undone = await _common.UndoAsync(new UndoRequest { Person = new PersonId(102), Since = since }, None);

        undone.Conflicts.Should().BeEmpty();
        var now = (await SnapshotAsync(_common, inbox)).Select(placement => placement.Uid).ToList();
        now.Should().HaveCount(3);
        (await SeenAsync(_anna, inbox)).Should().Equal(now[0], now[1]);
        (await SeenAsync(_marco, inbox)).Should().BeEmpty("he had read none before");
        (await SeenAsync(_common, inbox)).Should().Equal(now[2]);
    }

    [Fact]
    public async Task A_mailbox_of_many_takes_a_page_for_a_thousand_messages()
    {
        await SetAsync("person");
        var inbox = await InboxAsync();
        var uids = await AppendAsync(_common, inbox, 1);
        for (var doubled = 0; doubled < 11; doubled++)
            await _common.CopyAsync(inbox, [.. (await SnapshotAsync(_common, inbox)).Select(placement => placement.Uid)], inbox, None);
        var all = (await SnapshotAsync(_anna, inbox)).Select(placement => placement.Uid).ToList();

        await _anna.StoreFlagsAsync(inbox, all, FlagOperation.Add, Seen, null, None);

        var pages = await _house.Get<IMailStore>().WriteAsync(_common.Id, transaction => transaction.ReadStates.Pages(), null, None);
        pages.Should().HaveCount(3).And.OnlyContain(page => page.Person == new PersonId(101));
        (await UnseenAsync(_anna)).Should().Be(0);
        (await UnseenAsync(_marco)).Should().Be(2048);
        (await SearchUnseenAsync(_anna, inbox)).Should().BeEmpty();
        uids.Should().ContainSingle();
    }

    [Fact]
    public async Task After_many_random_changes_everybody_sees_what_they_did()
    {
        await SetAsync("person");
        var random = new Random(16);
        var mailboxes = new[] { await InboxAsync(), await FindAsync("Archive") };
        MailAccount[] doors = [_anna, _marco, _common];
        var expected = new Dictionary<(MailboxId, Uid), bool[]>();
        for (var step = 0; step < 400; step++)
        {
            var (who, mailbox) = (random.Next(3), mailboxes[random.Next(2)]);
            var here = expected.Keys.Where(key => key.Item1 == mailbox).Select(key => key.Item2).Order().ToList();
            if (here.Count == 0 || random.Next(6) == 0)
            {
                var asRead = random.Next(2) == 0;
                var uid = (await AppendAsync(doors[who], mailbox, 1, asRead ? Seen : FlagNames.None))[0];
                expected[(mailbox, uid)] = [.. Enumerable.Range(0, 3).Select(other => asRead && who == other)];
                continue;
            }

            var one = here[random.Next(here.Count)];
            var other = mailbox == mailboxes[0] ? mailboxes[1] : mailboxes[0];
            switch (random.Next(7))
            {
                case 0:
                    expected[(other, (await doors[who].CopyAsync(mailbox, [one], other, None)).Target[0])] = [.. expected[(mailbox, one)]];
                    break;
                case 1:
                    expected[(other, (await doors[who].MoveAsync(mailbox, [one], other, None)).Target[0])] = expected[(mailbox, one)];
                    expected.Remove((mailbox, one));
                    break;
                case 2:
                    await doors[who].ExpungeAsync(mailbox, [one], onlyDeleted: false, None);
                    expected.Remove((mailbox, one));
                    break;
                default:
                    var add = random.Next(2) == 0;
                    await doors[who].StoreFlagsAsync(mailbox, [one], add ? FlagOperation.Add : FlagOperation.Remove, Seen, null, None);
                    expected[(mailbox, one)][who] = add;
                    break;
            }
        }

        foreach (var mailbox in mailboxes)
            for (var who = 0; who < 3; who++)
            {
                var seen = expected.Where(entry => entry.Key.Item1 == mailbox && entry.Value[who]).Select(entry => entry.Key.Item2).Order();
                (await SeenAsync(doors[who], mailbox)).Should().Equal(seen);
                var info = (await doors[who].GetTreeAsync(None)).Find(mailbox)!;
                info.Unseen.Should().Be(info.Messages - seen.Count());
            }
    }
}
