using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Changes;

/// <summary>What one device did is taken back: folders, flags and read state as they were.</summary>
public sealed class UndoTests : IAsyncLifetime
{
    private static readonly Actor Phone = new(new PersonId(1), new DeviceId(1), AccessProtocol.Imap, "Anna's iPhone");
    private static readonly Actor Laptop = new(new PersonId(2), new DeviceId(2), AccessProtocol.Imap, "Marco's PC");

    private House _house = null!;
    private MailAccount _phone = null!;
    private MailAccount _laptop = null!;
    private DateTimeOffset _start;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        (_phone, _laptop) = (await _house.DoorAsync("info", Phone), await _house.DoorAsync("info", Laptop));
        for (var i = 1; i <= 4; i++)
            await _laptop.AppendAsync(await IdAsync("INBOX"), [New($"message {i}")], House.Cancelled);
        _house.Time.Advance(TimeSpan.FromHours(1));
        _start = _house.Time.GetUtcNow();
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Flags_and_moves_go_back()
    {
        var before = await StateAsync();
        await FlagAsync(_phone, "INBOX", 1, MessageFlags.Seen);
        await MoveAsync(_phone, "INBOX", 2, "Archive");
        await MoveAsync(_phone, "Archive", 1, "Trash");

        var undone = await UndoAsync();

        (undone.Restored, undone.Conflicts.Count).Should().Be((2, 0));
        (await StateAsync()).Should().Equal(before);
    }

    [Fact]
    public async Task What_was_deleted_comes_back_with_its_date_and_flags()
    {
        await FlagAsync(_laptop, "INBOX", 3, MessageFlags.Flagged);
        var before = await StateAsync();
        await _phone.ExpungeAsync(await IdAsync("INBOX"), null, onlyDeleted: false, House.Cancelled);
        (await StateAsync()).Should().BeEmpty();

        (await UndoAsync()).Restored.Should().Be(4);

        (await StateAsync()).Should().Equal(before);
        var inbox = await _phone.GetSnapshotAsync(await IdAsync("INBOX"), House.Cancelled);
        inbox[0].ReceivedAt.Should().Be(_start.AddHours(-1).ToUnixTimeSeconds());
        inbox[0].Uid.Should().Be(new Uid(5), "a UID is never given twice");
    }

    [Fact]
    public async Task What_the_device_brought_goes_and_copies_go()
    {
        var before = await StateAsync();
        await _phone.AppendAsync(await IdAsync("Archive"), [New("new")], House.Cancelled);
        await _phone.CopyAsync(await IdAsync("INBOX"), [new Uid(1)], await IdAsync("Archive"), House.Cancelled);

        (await UndoAsync()).Restored.Should().Be(2);

        (await StateAsync()).Should().Equal(before);
    }

    [Fact]
    public async Task What_somebody_else_has_touched_since_is_left_and_named()
    {
        await MoveAsync(_phone, "INBOX", 1, "Archive");
        await MoveAsync(_phone, "INBOX", 2, "Archive");
        await FlagAsync(_laptop, "Archive", 1, MessageFlags.Answered);

        var undone = await UndoAsync();

        undone.Restored.Should().Be(1);
        var conflict = undone.Conflicts.Should().ContainSingle().Subject;
        (conflict.What, conflict.Obstacle, conflict.By?.Name).Should().Be(("message 1", UndoObstacle.ChangedSince, "Marco's PC"));
    }

    [Fact]
    public async Task The_same_undo_again_does_nothing_and_an_undo_can_be_undone()
    {
        await _phone.ExpungeAsync(await IdAsync("INBOX"), [new Uid(1), new Uid(2)], onlyDeleted: false, House.Cancelled);
        await MoveAsync(_phone, "INBOX", 3, "Trash");
        var deleted = await StateAsync();
        var undone = await UndoAsync();
        var after = await StateAsync();
        var modSeq = _laptop.HighestModSeq;

        var again = await UndoAsync();

        (undone.Restored, again.Restored, again.AlreadySo, again.Conflicts.Count).Should().Be((3, 0, 3, 0));
        _laptop.HighestModSeq.Should().Be(modSeq);
        (await StateAsync()).Should().Equal(after);

        var back = await _laptop.UndoAsync(new UndoRequest { Change = modSeq }, House.Cancelled);
        back.Restored.Should().Be(3);
        (await StateAsync()).Should().Equal(deleted);
    }

    [Fact]
    public async Task A_deleted_folder_is_there_again_with_what_was_in_it()
    {
        await MoveAsync(_laptop, "INBOX", 1, "Archive");
        var before = await StateAsync();
        await _phone.DeleteMailboxAsync(MailboxName.Parse("Archive"), House.Cancelled);

        var undone = await UndoAsync();

        undone.Folders.Should().Equal("Archive");
        (await StateAsync()).Should().Equal(before);
        (await _phone.GetTreeAsync(House.Cancelled)).Find(SpecialUse.Archive)!.Name.Value.Should().Be("Archive");
    }

    [Fact]
    public async Task A_trial_changes_nothing_and_says_what_would_be()
    {
        await MoveAsync(_phone, "INBOX", 1, "Trash");
        var before = await StateAsync();
        var modSeq = _phone.HighestModSeq;

        (await UndoAsync(isTrial: true)).Restored.Should().Be(1);

        (await StateAsync()).Should().Equal(before);
        _phone.HighestModSeq.Should().Be(modSeq);
    }

    [Fact]
    public async Task What_a_POP3_program_has_hidden_is_there_again()
    {
        var old = await _house.DoorAsync("info", Phone with { Protocol = AccessProtocol.Pop3 });
        var view = await old.Maildrops.OpenAsync(House.Cancelled);
        await old.Maildrops.UpdateAsync(view, [.. Enumerable.Range(0, view.Count).Select(i => view[i])], House.Cancelled);
        (await old.Maildrops.OpenAsync(House.Cancelled)).Count.Should().Be(0);

        await UndoAsync();

        (await old.Maildrops.OpenAsync(House.Cancelled)).Count.Should().Be(4);
    }

    [Fact]
    public async Task Only_who_manages_the_mailbox_undoes_what_others_did()
    {
        await MoveAsync(_phone, "INBOX", 1, "Trash");
        var member = await _house.DoorAsync("info", Laptop with { Rights = MemberRights.Read | MemberRights.Work });
        UndoRequest[] requests =
        [
            new() { Device = Phone.Device }, new() { Person = Phone.Person }, new() { Change = _phone.HighestModSeq },
            new() { Messages = [new EmailId(1)] },
        ];

        foreach (var request in requests)
        {
            var refused = () => member.UndoAsync(request, House.Cancelled);
            (await refused.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
        }
    }

    [Fact]
    public async Task Everybody_undoes_their_own_changes()
    {
        var before = await StateAsync();
        await MoveAsync(_laptop, "INBOX", 1, "Trash");
        await MoveAsync(_laptop, "INBOX", 2, "Trash");
        var last = _laptop.HighestModSeq;
        var member = await _house.DoorAsync("info", Laptop with { Rights = MemberRights.Read | MemberRights.Work });

        (await member.UndoAsync(new UndoRequest { Change = last }, House.Cancelled)).Restored.Should().Be(1);
        (await member.UndoAsync(new UndoRequest { Person = Laptop.Person, Since = _start }, House.Cancelled)).Restored.Should().Be(1);

        (await StateAsync()).Should().Equal(before);
    }

    [Fact]
    public async Task A_narrower_undo_after_a_wider_one_places_nothing_twice()
    {
        var before = await StateAsync();
        await MoveAsync(_phone, "INBOX", 1, "Trash");
        _house.Time.Advance(TimeSpan.FromDays(2));
        var later = _house.Time.GetUtcNow();
        await _phone.ExpungeAsync(await IdAsync("Trash"), [new Uid(1)], onlyDeleted: false, House.Cancelled);
        await UndoAsync();
        (await StateAsync()).Should().Equal(before);

        var narrower = await _laptop.UndoAsync(new UndoRequest { Device = Phone.Device, Since = later }, House.Cancelled);

        (narrower.Restored, narrower.AlreadySo, narrower.Conflicts.Count).Should().Be((0, 1, 0));
        (await StateAsync()).Should().Equal(before);
    }

    [Fact]
    public async Task A_wider_undo_after_a_narrower_one_is_not_hindered_by_it()
    {
        var before = await StateAsync();
        await MoveAsync(_phone, "INBOX", 1, "Trash");
        await _phone.ExpungeAsync(await IdAsync("Trash"), [new Uid(1)], onlyDeleted: false, House.Cancelled);
        await _laptop.UndoAsync(new UndoRequest { Change = _phone.HighestModSeq }, House.Cancelled);
        (await StateAsync()).Should().Contain(line => line.Contains("Trash", StringComparison.Ordinal));

        var wider = await UndoAsync();

        (wider.Restored, wider.Conflicts.Count).Should().Be((1, 0));
        (await StateAsync()).Should().Equal(before);
    }

    [Fact]
    public async Task An_undo_that_was_undone_can_be_done_again()
    {
        var before = await StateAsync();
        await MoveAsync(_phone, "INBOX", 1, "Trash");
        var undone = await UndoAsync();
        (await _laptop.UndoAsync(new UndoRequest { Change = undone.Change }, House.Cancelled)).Restored.Should().Be(1);
        (await StateAsync()).Should().NotEqual(before);

        (await UndoAsync()).Restored.Should().Be(1);

        (await StateAsync()).Should().Equal(before);
    }

    [Fact]
    public async Task Of_some_messages_only()
    {
        await MoveAsync(_phone, "INBOX", 1, "Trash");
        await MoveAsync(_phone, "INBOX", 2, "Trash");
        await _phone.CreateMailboxAsync(MailboxName.Parse("Corso"), SpecialUse.None, House.Cancelled);

        var undone = await _laptop.UndoAsync(new UndoRequest { Messages = [new EmailId(2)], Since = _start }, House.Cancelled);

        undone.Items.Should().Equal(new UndoneItem(UndoneWay.MovedBack, "message 2", "INBOX"));
        (await StateAsync()).Should().Contain(line => line.StartsWith("1 Trash", StringComparison.Ordinal))
            .And.Contain(line => line.StartsWith("2 INBOX", StringComparison.Ordinal));
        (await _laptop.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse("Corso")).Should().NotBeNull();
    }

    [Fact]
    public async Task Each_copy_comes_back_with_its_own_date()
    {
        await _laptop.AppendAsync(
            await IdAsync("INBOX"), [New("old") with { ReceivedAt = new DateTimeOffset(2019, 1, 2, 3, 4, 5, TimeSpan.Zero) }], House.Cancelled);
        await _laptop.CopyAsync(await IdAsync("INBOX"), [new Uid(1)], await IdAsync("Archive"), House.Cancelled);
        _house.Time.Advance(TimeSpan.FromHours(1));
        _start = _house.Time.GetUtcNow();
        var before = await DatesAsync("INBOX", "Archive");
        foreach (var name in (string[])["Archive", "INBOX"])
            await _phone.ExpungeAsync(await IdAsync(name), null, onlyDeleted: false, House.Cancelled);

        await UndoAsync();

        (await DatesAsync("INBOX", "Archive")).Should().Equal(before);
    }

    [Theory]
    [InlineData("Archive/2025", "Archive")]
    [InlineData("Archive", "Archive/2025")]
    public async Task A_folder_below_another_and_its_special_use_come_back_in_any_order(string first, string second)
    {
        await _laptop.CreateMailboxAsync(MailboxName.Parse("Archive/2025"), SpecialUse.None, House.Cancelled);
        await MoveAsync(_laptop, "INBOX", 1, "Archive/2025");
        await MoveAsync(_laptop, "INBOX", 2, "Archive");
        _house.Time.Advance(TimeSpan.FromHours(1));
        _start = _house.Time.GetUtcNow();
        var before = await StateAsync();
        foreach (var name in (string[])[first, second])
            await _phone.DeleteMailboxAsync(MailboxName.Parse(name), House.Cancelled);

        var trial = await UndoAsync(isTrial: true);
        var undone = await UndoAsync();

        trial.Should().BeEquivalentTo(undone with { Change = null });
        undone.Folders.Should().BeEquivalentTo("Archive", "Archive/2025");
        (await StateAsync()).Should().Equal(before);
        (await _phone.GetTreeAsync(House.Cancelled)).Find(SpecialUse.Archive)!.Name.Value.Should().Be("Archive");
        (await UndoAsync()).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task A_folder_that_was_made_again_and_renamed_is_not_made_once_more()
    {
        await MoveAsync(_laptop, "INBOX", 1, "Archive");
        await _phone.DeleteMailboxAsync(MailboxName.Parse("Archive"), House.Cancelled);
        await UndoAsync();
        await _laptop.RenameMailboxAsync(MailboxName.Parse("Archive"), MailboxName.Parse("Old"), House.Cancelled);

        var again = await UndoAsync();

        again.Items.Should().BeEmpty();
        again.Conflicts.Should().BeEmpty();
        (await _laptop.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse("Archive")).Should().BeNull();
    }

    [Fact]
    public async Task An_undo_that_has_made_a_folder_again_can_be_undone_and_done_again()
    {
        await MoveAsync(_laptop, "INBOX", 1, "Archive");
        var before = await StateAsync();
        await _phone.DeleteMailboxAsync(MailboxName.Parse("Archive"), House.Cancelled);
        var undone = await UndoAsync();

        await _laptop.UndoAsync(new UndoRequest { Change = undone.Change }, House.Cancelled);
        (await TreeAsync()).Should().NotContain("Archive");

        (await UndoAsync()).Folders.Should().Equal("Archive");
        (await StateAsync()).Should().Equal(before);
        (await UndoAsync()).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task A_trial_sees_the_conflicts_and_what_POP3_would_see_again()
    {
        await _laptop.CreateMailboxAsync(MailboxName.Parse("Corso"), SpecialUse.None, House.Cancelled);
        await MoveAsync(_laptop, "INBOX", 1, "Corso");
        _house.Time.Advance(TimeSpan.FromHours(1));
        _start = _house.Time.GetUtcNow();
        await MoveAsync(_phone, "Corso", 1, "Trash");
        await _laptop.DeleteMailboxAsync(MailboxName.Parse("Corso"), House.Cancelled);
        var old = await _house.DoorAsync("info", Phone with { Protocol = AccessProtocol.Pop3 });
        var view = await old.Maildrops.OpenAsync(House.Cancelled);
        await old.Maildrops.UpdateAsync(view, [view[0], view[1]], House.Cancelled);

        var trial = await UndoAsync(isTrial: true);

        trial.Restored.Should().Be(2);
        trial.Conflicts.Select(conflict => (conflict.What, conflict.Obstacle, conflict.By!.Name)).Should().Equal(("message 1", UndoObstacle.FolderGone, "Marco's PC"));
        (await old.Maildrops.OpenAsync(House.Cancelled)).Count.Should().Be(1);
        (await UndoAsync()).Should().BeEquivalentTo(trial, options => options.Excluding(result => result.Change));
        (await old.Maildrops.OpenAsync(House.Cancelled)).Count.Should().Be(3);
    }

    [Fact]
    public async Task Renames_new_folders_and_subscriptions_go_back()
    {
        await _laptop.CreateMailboxAsync(MailboxName.Parse("Corso"), SpecialUse.None, House.Cancelled);
        _house.Time.Advance(TimeSpan.FromHours(1));
        _start = _house.Time.GetUtcNow();
        var before = await TreeAsync();
        await _phone.RenameMailboxAsync(MailboxName.Parse("Corso"), MailboxName.Parse("Anno/Corso"), House.Cancelled);
        await _phone.CreateMailboxAsync(MailboxName.Parse("Anno/Corso/Foto"), SpecialUse.None, House.Cancelled);
        await MoveAsync(_phone, "INBOX", 1, "Anno/Corso/Foto");
        await _phone.SetSubscribedAsync(MailboxName.Parse("Anno/Corso/Foto"), true, House.Cancelled);
        await _phone.SetSubscribedAsync(MailboxName.Parse("Sent"), false, House.Cancelled);

        var undone = await UndoAsync();

        undone.Conflicts.Should().BeEmpty();
        undone.Items.Should().BeEquivalentTo(
        [
            new UndoneItem(UndoneWay.Subscribed, "Sent", null), new UndoneItem(UndoneWay.Unsubscribed, "Anno/Corso/Foto", null),
            new UndoneItem(UndoneWay.FolderRenamed, "Corso", "Anno/Corso"), new UndoneItem(UndoneWay.FolderRemoved, "Corso/Foto", null),
            new UndoneItem(UndoneWay.FolderRemoved, "Anno", null), new UndoneItem(UndoneWay.MovedBack, "message 1", "INBOX"),
        ]);
        (await TreeAsync()).Should().Equal(before);
        (await UndoAsync()).Items.Should().BeEmpty();

        await _laptop.UndoAsync(new UndoRequest { Change = undone.Change }, House.Cancelled);
        (await TreeAsync()).Should().Contain("Anno/Corso").And.Contain("Anno/Corso/Foto").And.NotContain("Corso").And.NotContain("+Sent");
    }

    [Fact]
    public async Task A_new_folder_that_others_use_stays_and_so_does_a_name_that_is_taken()
    {
        await _phone.CreateMailboxAsync(MailboxName.Parse("Corso"), SpecialUse.None, House.Cancelled);
        await _phone.RenameMailboxAsync(MailboxName.Parse("SPAM"), MailboxName.Parse("Spazzatura"), House.Cancelled);
        await _phone.RenameMailboxAsync(MailboxName.Parse("Archive"), MailboxName.Parse("Archivio"), House.Cancelled);
        await MoveAsync(_laptop, "INBOX", 2, "Corso");
        await _laptop.CreateMailboxAsync(MailboxName.Parse("SPAM"), SpecialUse.None, House.Cancelled);
        await _laptop.RenameMailboxAsync(MailboxName.Parse("Archivio"), MailboxName.Parse("Vecchi"), House.Cancelled);

        var undone = await UndoAsync();

        undone.Items.Should().BeEmpty();
        undone.Conflicts.Select(conflict => (conflict.What, conflict.Obstacle, conflict.By?.Name)).Should().BeEquivalentTo(
        [
            ("Vecchi", UndoObstacle.ChangedSince, "Marco's PC"), ("SPAM", UndoObstacle.NameTaken, (string?)null),
            ("Corso", UndoObstacle.FolderInUse, "Marco's PC"),
        ]);
    }

    [Fact]
    public async Task A_folder_that_was_made_and_deleted_is_made_again_only_for_what_others_had_put_into_it()
    {
        foreach (var name in (string[])["One", "Two"])
            await _phone.CreateMailboxAsync(MailboxName.Parse(name), SpecialUse.None, House.Cancelled);
        await MoveAsync(_laptop, "INBOX", 1, "Two");
        foreach (var name in (string[])["One", "Two"])
            await _phone.DeleteMailboxAsync(MailboxName.Parse(name), House.Cancelled);

        var undone = await UndoAsync();

        undone.Folders.Should().Equal("Two");
        (await StateAsync()).Should().Contain(line => line.StartsWith("1 Two", StringComparison.Ordinal));
        (await UndoAsync()).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task A_long_log_is_not_read_from_its_beginning()
    {
        for (var i = 0; i < 40; i++)
            await _laptop.StoreFlagsAsync(
                await IdAsync("INBOX"), [new Uid(4)], i % 2 == 0 ? FlagOperation.Add : FlagOperation.Remove, new FlagNames(MessageFlags.Flagged, []), null, House.Cancelled);
        var end = _laptop.HighestModSeq;
        _house.Time.Advance(TimeSpan.FromHours(1));
        await FlagAsync(_phone, "INBOX", 1, MessageFlags.Seen);

        Task<ModSeq> BeforeAsync(DateTimeOffset at) => _house.Get<IMailStore>().ReadAsync(_laptop.Id, reader => reader.ModSeqBefore(at), House.Cancelled);

        (await BeforeAsync(_house.Time.GetUtcNow())).Should().Be(end);
        (await BeforeAsync(_house.Time.GetUtcNow().AddMinutes(1))).Should().Be(_laptop.HighestModSeq);
        (await BeforeAsync(DateTimeOffset.MinValue)).Should().Be(new ModSeq(0));
    }

    [Theory]
    [InlineData(29, 1)]
    [InlineData(31, 0)]
    public async Task Deleted_messages_are_kept_as_long_as_the_mailbox_says(int days, int restored)
    {
        MailboxPolicy.Default.KeepDeletedDays.Should().Be(30);
        await _phone.ExpungeAsync(await IdAsync("INBOX"), [new Uid(1)], onlyDeleted: false, House.Cancelled);
        _house.Time.Advance(TimeSpan.FromDays(days));
        await _house.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<Retention>().Single().TidyAllAsync(House.Cancelled);

        var undone = await UndoAsync();

        undone.Restored.Should().Be(restored);
        undone.Conflicts.Should().BeEmpty("the log forgets messages together with their content");
    }

    private Task<UndoResult> UndoAsync(bool isTrial = false) =>
        _laptop.UndoAsync(new UndoRequest { Device = Phone.Device, Since = _start, IsTrial = isTrial }, House.Cancelled);

    private async Task FlagAsync(MailAccount account, string mailbox, uint uid, MessageFlags flags) => await account.StoreFlagsAsync(
        await IdAsync(mailbox), [new Uid(uid)], FlagOperation.Add, new FlagNames(flags, []), null, House.Cancelled);

    private async Task MoveAsync(MailAccount account, string from, uint uid, string to) =>
        await account.MoveAsync(await IdAsync(from), [new Uid(uid)], await IdAsync(to), House.Cancelled);

    private async Task<MailboxId> IdAsync(string name) => (await _laptop.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(name))!.Id;

    /// <summary>Names of the folders, and behind a plus those that are subscribed.</summary>
    private async Task<IReadOnlyList<string>> TreeAsync()
    {
        var tree = await _laptop.GetTreeAsync(House.Cancelled);
        return [.. tree.Mailboxes.Select(mailbox => mailbox.Name.Value), .. tree.Subscriptions.Order(StringComparer.Ordinal).Select(name => $"+{name}")];
    }

    private async Task<IReadOnlyList<string>> DatesAsync(params string[] mailboxes)
    {
        var dates = new List<string>();
        foreach (var name in mailboxes)
        {
            var snapshot = await _laptop.GetSnapshotAsync(await IdAsync(name), House.Cancelled);
            dates.AddRange(Enumerable.Range(0, snapshot.Count).Select(i => $"{name} {snapshot[i].Email.Value} {snapshot[i].ReceivedAt}").Order(StringComparer.Ordinal));
        }

        return dates;
    }

    private Task<List<string>> StateAsync() => MailboxState.ReadAsync(_laptop);

    private static NewMessage New(string subject) =>
        new(House.Message($"Subject: {subject}\r\nMessage-ID: <{Guid.NewGuid():N}@example.org>\r\n\r\n{subject}\r\n"), FlagNames.None, null);
}
