using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;

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
    public async Task Only_who_manages_the_mailbox_undoes()
    {
        var member = await _house.DoorAsync("info", Laptop with { Rights = Casella.Core.Directory.MemberRights.Read | Casella.Core.Directory.MemberRights.Work });

        var refused = () => member.UndoAsync(new UndoRequest { Device = Phone.Device }, House.Cancelled);

        (await refused.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
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
        undone.Conflicts.Select(conflict => conflict.Obstacle).Should().Equal(restored == 1 ? [] : [UndoObstacle.ContentGone]);
    }

    private Task<UndoResult> UndoAsync(bool isTrial = false) =>
        _laptop.UndoAsync(new UndoRequest { Device = Phone.Device, Since = _start, IsTrial = isTrial }, House.Cancelled);

    private async Task FlagAsync(MailAccount account, string mailbox, uint uid, MessageFlags flags) => await account.StoreFlagsAsync(
        await IdAsync(mailbox), [new Uid(uid)], FlagOperation.Add, new FlagNames(flags, []), null, House.Cancelled);

    private async Task MoveAsync(MailAccount account, string from, uint uid, string to) =>
        await account.MoveAsync(await IdAsync(from), [new Uid(uid)], await IdAsync(to), House.Cancelled);

    private async Task<MailboxId> IdAsync(string name) => (await _laptop.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(name))!.Id;

    private Task<List<string>> StateAsync() => MailboxState.ReadAsync(_laptop);

    private static NewMessage New(string subject) =>
        new(House.Message($"Subject: {subject}\r\nMessage-ID: <{Guid.NewGuid():N}@example.org>\r\n\r\n{subject}\r\n"), FlagNames.None, null);
}
