using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Maildrops;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Maildrops;

public sealed class MaildropViewsTests : IAsyncLifetime
{
    private static readonly Actor Phone = Device(11, "Anna's phone");
    private static readonly Actor Office = Device(12, "old office PC");
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info");

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task What_a_device_deletes_the_others_and_INBOX_keep()
    {
        await DeliverAsync("one", "two", "three");

        (await DeleteAsync(Office, 0, 2)).Should().Be(new MaildropUpdate(Pop3Deletion.Hide, 2));

        (await SubjectsAsync(Office)).Should().Equal("two");
        (await SubjectsAsync(Phone)).Should().Equal("one", "two", "three");
        (await _house.ReadAsync("info")).Should().HaveCount(3);
        var entry = (await ChangesAsync())[^1];
        entry.Kind.Should().Be(ChangeKind.HiddenForDevice);
        entry.Actor.Should().Be(Office);
        entry.Items.Select(item => item.Uid.Value).Should().Equal(1u, 3u);
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_marked_changes_nothing()
    {
        await DeliverAsync("one");
        var before = (await _house.DoorAsync("info")).HighestModSeq;
        (await DeleteAsync(Office)).Count.Should().Be(0);
        (await _house.DoorAsync("info")).HighestModSeq.Should().Be(before);
    }

    [Theory]
    [InlineData("trash", Pop3Deletion.Trash, 1)]
    [InlineData("delete", Pop3Deletion.Delete, 0)]
    public async Task Where_the_mailbox_wants_it_deleting_is_for_all(string policy, Pop3Deletion deletion, int inTrash)
    {
        await SetAsync("pop3-delete", policy);
        await DeliverAsync("one", "two");

        (await DeleteAsync(Office, 0)).Should().Be(new MaildropUpdate(deletion, 1));

        (await SubjectsAsync(Phone)).Should().Equal("two");
        (await _house.ReadAsync("info", "Trash")).Should().HaveCount(inTrash);
        (await ChangesAsync())[^1].Actor.Should().Be(Office);
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_Trash_that_somebody_has_deleted_is_made_again()
    {
        await SetAsync("pop3-delete", "trash");
        await DeliverAsync("one");
        await (await _house.DoorAsync("info")).DeleteMailboxAsync(MailboxName.Parse("Trash"), House.Cancelled);
        (await DeleteAsync(Office, 0)).Count.Should().Be(1);
        (await _house.ReadAsync("info", "Trash")).Should().ContainSingle();
    }

    [Fact]
    public async Task A_new_device_starts_where_the_mailbox_says_and_stays_there()
    {
        await DeliverAsync("old");
        _house.Time.Advance(TimeSpan.FromDays(40));
        await DeliverAsync("new");
        (await SubjectsAsync(Phone)).Should().Equal("old", "new");
        await SetAsync("pop3-start", "30");

        (await SubjectsAsync(Office)).Should().Equal("new");
        (await SubjectsAsync(Phone)).Should().Equal(["old", "new"], "it was there before");
        await SetAsync("pop3-start", "all");
        await _house.ReopenAsync();
        (await SubjectsAsync(Office)).Should().Equal(["new"], "the start is fixed at the first sign-in");
    }

    [Fact]
    public async Task Unique_ids_survive_moves_restarts_and_a_restored_backup()
    {
        await DeliverAsync("one", "two", "three");
        var before = await UniqueIdsAsync(Office);
        before.Should().HaveCount(3).And.OnlyHaveUniqueItems();

        await MoveAwayAndBackAsync(new Uid(1));
        (await UniqueIdsAsync(Office)).Should().BeEquivalentTo(before);
        await _house.ReopenAsync();
        (await UniqueIdsAsync(Office)).Should().BeEquivalentTo(before);
        var office = await _house.DoorAsync("info", Office);
        await office.RenameMailboxAsync(MailboxName.Inbox, MailboxName.Parse("Old"), House.Cancelled);
        var tree = await office.GetTreeAsync(House.Cancelled);
        var old = tree.Find(MailboxName.Parse("Old"))!;
        await office.CopyAsync(old.Id, [new Uid(1), new Uid(2), new Uid(3)], tree.Find(MailboxName.Inbox)!.Id, House.Cancelled);
        (await UniqueIdsAsync(Office)).Should().BeEquivalentTo(before);

        await DeleteAsync(Office, 0);
        var left = await UniqueIdsAsync(Office);
        await using var restored = await _house.RestoredAsync();
        var view = await (await restored.DoorAsync("info", Office)).Maildrops.OpenAsync(House.Cancelled);
        (await (await restored.DoorAsync("info", Office)).Maildrops.ReadUniqueIdsAsync(view, House.Cancelled)).Should().Equal(left);
    }

    [Fact]
    public async Task What_a_device_has_deleted_stays_away_when_others_move_it_about()
    {
        await DeliverAsync("one", "two");
        await DeleteAsync(Office, 0);
        await MoveAwayAndBackAsync(new Uid(1));
        (await SubjectsAsync(Office)).Should().Equal("two");
    }

    [Fact]
    public async Task A_copy_in_INBOX_is_a_message_of_its_own_and_keeps_its_id()
    {
        await DeliverAsync("one");
        var mail = await _house.DoorAsync("info", Phone);
        var inbox = (await mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        await mail.CopyAsync(inbox, [new Uid(1)], inbox, House.Cancelled);
        var both = await UniqueIdsAsync(Office);
        both[1].Should().Be(both[0] + "-2");

        await DeleteAsync(Office, 0);

        (await UniqueIdsAsync(Office)).Should().Equal(both[1]);
        await DeleteAsync(Office, 0);
        (await UniqueIdsAsync(Office)).Should().BeEmpty();
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Hiding_can_be_taken_back()
    {
        await DeliverAsync("one", "two");
        await DeleteAsync(Office, 0);
        var first = (await ChangesAsync())[^1];
        await DeleteAsync(Office, 0);

        var count = await StateAsync(unit => MaildropViews.Unhide(
            unit, first.Actor.Device!.Value, first.ModSeq, [.. first.Items.Select(item => item.Email)]));

        count.Should().Be(1);
        (await SubjectsAsync(Office)).Should().Equal("one");
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    public async Task A_download_marks_as_read_where_the_mailbox_wants_it(string policy, bool isSeen)
    {
        await SetAsync("pop3-seen", policy);
        await DeliverAsync("one");
        var office = await _house.DoorAsync("info", Office);
        var view = await office.Maildrops.OpenAsync(House.Cancelled);
        await office.Maildrops.RetrievedAsync(view, view[0].Placement, House.Cancelled);
        (await office.GetSnapshotAsync(view.Inbox, House.Cancelled))[0].Flags.Has(MessageFlags.Seen).Should().Be(isSeen);
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_is_no_device_has_no_maildrop()
    {
        var open = async () => await (await _house.DoorAsync("info")).Maildrops.OpenAsync(House.Cancelled);
        (await open.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
    }

    private static Actor Device(long id, string name) => new(null, new DeviceId(id), AccessProtocol.Pop3, name);

    private async Task DeliverAsync(params string[] subjects)
    {
        var mail = await _house.DoorAsync("info", Actor.Server);
        foreach (var subject in subjects)
            await mail.DeliverAsync(House.Message($"Subject: {subject}\r\n\r\nx"), default, SpecialUse.None, House.Cancelled);
    }

    private async Task SetAsync(string policy, string value) =>
        await (await _house.DoorAsync("info")).SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { [policy] = value }, House.Cancelled);

    private async Task<MaildropUpdate> DeleteAsync(Actor device, params int[] positions)
    {
        var views = (await _house.DoorAsync("info", device)).Maildrops;
        var view = await views.OpenAsync(House.Cancelled);
        return await views.UpdateAsync(view, [.. positions.Select(position => view[position])], House.Cancelled);
    }

    private async Task<IReadOnlyList<string?>> UniqueIdsAsync(Actor device)
    {
        var views = (await _house.DoorAsync("info", device)).Maildrops;
        return await views.ReadUniqueIdsAsync(await views.OpenAsync(House.Cancelled), House.Cancelled);
    }

    private async Task<IReadOnlyList<string>> SubjectsAsync(Actor device)
    {
        var mail = await _house.DoorAsync("info", device);
        var subjects = new List<string>();
        var view = await mail.Maildrops.OpenAsync(House.Cancelled);
        for (var i = 0; i < view.Count; i++)
        {
            await using var content = await mail.OpenAsync(view[i].Placement.Email, House.Cancelled);
            var text = System.Text.Encoding.ASCII.GetString((await content.ReadAsync(0, content.Size, House.Cancelled)).Span);
            subjects.Add(text.Split("\r\n")[0]["Subject: ".Length..]);
        }

        return subjects;
    }

    private async Task MoveAwayAndBackAsync(Uid uid)
    {
        var mail = await _house.DoorAsync("info", Phone);
        var tree = await mail.GetTreeAsync(House.Cancelled);
        var (inbox, archive) = (tree.Find(MailboxName.Inbox)!.Id, tree.Find(SpecialUse.Archive)!.Id);
        var away = await mail.MoveAsync(inbox, [uid], archive, House.Cancelled);
        await mail.MoveAsync(archive, away.Target, inbox, House.Cancelled);
    }

    private async Task<IReadOnlyList<ChangeRow>> ChangesAsync()
    {
        var mail = await _house.DoorAsync("info");
        return await _house.Get<IMailStore>().ReadAsync(mail.Id, reader => reader.Changes(new ModSeq(0), 1_000), House.Cancelled);
    }

    private async Task<T> StateAsync<T>(Func<UnitOfWork, T> work)
    {
        var mail = await _house.DoorAsync("info");
        return await _house.Get<IMailStore>().WriteAsync(
            mail.Id, transaction => work(new UnitOfWork(transaction, Phone, _house.Time.GetUtcNow(), mail.Policy)), null, House.Cancelled);
    }
}
