using Casella.Core.Changes;
using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;

namespace Casella.Core.Tests.Changes;

/// <summary>What the office destroys is gone at once and for good, and the log says so.</summary>
public sealed class DestructionTests : IAsyncLifetime
{
    private static readonly Actor Phone = new(new PersonId(1), new DeviceId(1), AccessProtocol.Imap, "Anna's iPhone");
    private static readonly Actor Office = new(null, null, AccessProtocol.CommandLine, "administrator");

    private House _house = null!;
    private MailAccount _phone = null!;
    private MailAccount _office = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        (_phone, _office) = (await _house.DoorAsync("info", Phone), await _house.DoorAsync("info", Office));
        for (var i = 1; i <= 4; i++)
        {
            await AppendAsync("INBOX", $"From: bea@example.org\r\nSubject: message {i}\r\nMessage-ID: <m{i}@example.org>\r\n\r\nwords\r\n");
            _house.Time.Advance(TimeSpan.FromDays(1));
        }
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task A_message_goes_from_every_folder_and_no_undo_brings_it_back()
    {
        var since = _house.Time.GetUtcNow();
        await _phone.CopyAsync(await IdAsync("INBOX"), [new Uid(2)], await IdAsync("Archive"), House.Cancelled);
        await _phone.ExpungeAsync(await IdAsync("INBOX"), [new Uid(1)], onlyDeleted: false, House.Cancelled);
        var used = (await _phone.GetQuotaAsync(House.Cancelled)).Messages;

        (await DestroyAsync("<m1@example.org>")).Should().Be(new DestroyResult(1, 0), "it was deleted, and kept");
        (await DestroyAsync("<m2@example.org>")).Should().Be(new DestroyResult(1, 0));

        (await UidsAsync("INBOX")).Should().Equal(3, 4);
        (await UidsAsync("Archive")).Should().BeEmpty();
        (await _phone.GetQuotaAsync(House.Cancelled)).Messages.Should().Be(used - 1);
        var undone = await _office.UndoAsync(new UndoRequest { Device = Phone.Device, Since = since }, House.Cancelled);
        undone.Conflicts.Select(conflict => conflict.Obstacle).Should().Equal(UndoObstacle.ContentGone);
        (await UidsAsync("Archive")).Should().BeEmpty();
        (await DestroyAsync("<m1@example.org>")).Should().Be(new DestroyResult(0, 0), "there is nothing left of it");
    }

    [Fact]
    public async Task Its_story_says_who_destroyed_it_and_is_found_by_its_old_names()
    {
        await DestroyAsync("<m3@example.org>");

        var message = (await _office.History.FindAsync("m3@example.org", House.Cancelled)).Should().ContainSingle().Subject;
        (await _office.History.FindAsync("INBOX/3", House.Cancelled)).Should().Equal(message);
        var story = await _office.History.StoryAsync(message, House.Cancelled);
        story.Events.Select(told => (told.Step, told.Actor.Name)).Should().Equal(
            (StoryStep.Added, "Anna's iPhone"), (StoryStep.Deleted, "administrator"), (StoryStep.Destroyed, "administrator"));
        (story.Subject, story.KeptUntil).Should().Be((null, null));
        var names = await ActorNames.LoadAsync(_house.People, _house.Devices, "info@example.test", House.Cancelled);
        new StoryWords(Language.English, names, TimeZoneInfo.Utc).Now(story).Should().Be("It is gone for good.");
        (await _office.History.ReadAsync(new HistoryRequest { Limit = 1 }, House.Cancelled)).Select(new HistoryWords(Language.Italian, names).Of)
            .Should().Equal("La segreteria ha distrutto un messaggio per sempre");
    }

    [Fact]
    public async Task A_folder_is_destroyed_with_what_was_deleted_from_it_up_to_a_day()
    {
        var inbox = await IdAsync("INBOX");
        await _phone.ExpungeAsync(inbox, [new Uid(1)], onlyDeleted: false, House.Cancelled);
        await _phone.CopyAsync(inbox, [new Uid(2)], await IdAsync("Archive"), House.Cancelled);
        var before = new DateTimeOffset(2026, 11, 27, 0, 0, 0, TimeSpan.Zero);

        var found = await _office.Destruction.FindAsync(MailboxName.Inbox, before, House.Cancelled);
        (await _office.Destruction.DestroyAsync(found, MailboxName.Inbox, House.Cancelled)).Should().Be(new DestroyResult(2, 1));

        (await UidsAsync("INBOX")).Should().Equal(4);
        (await UidsAsync("Archive")).Should().Equal([1], "a copy in another folder is another's");
        (await _office.Destruction.FindAsync(MailboxName.Inbox, before, House.Cancelled)).Should().BeEmpty();
        (await _office.Destruction.FindAsync(MailboxName.Inbox, null, House.Cancelled)).Should().ContainSingle();
        var nowhere = () => _office.Destruction.FindAsync(MailboxName.Parse("Nowhere"), null, House.Cancelled);
        (await nowhere.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchMailbox);
    }

    [Fact]
    public async Task A_folder_that_is_deleted_already_can_be_destroyed_by_its_name()
    {
        await _phone.MoveAsync(await IdAsync("INBOX"), [new Uid(1), new Uid(2)], await IdAsync("Archive"), House.Cancelled);
        await _phone.DeleteMailboxAsync(MailboxName.Parse("Archive"), House.Cancelled);

        var found = await _office.Destruction.FindAsync(MailboxName.Parse("Archive"), null, House.Cancelled);

        (await _office.Destruction.DestroyAsync(found, MailboxName.Parse("Archive"), House.Cancelled)).Should().Be(new DestroyResult(2, 0));
    }

    [Fact]
    public async Task Only_who_manages_the_mailbox_destroys()
    {
        var member = await _house.DoorAsync("info", Phone with { Rights = MemberRights.Read | MemberRights.Work });

        var refused = async () => await member.Destruction.DestroyAsync(
            await member.History.FindAsync("m1@example.org", House.Cancelled), onlyIn: null, House.Cancelled);

        (await refused.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
        (await UidsAsync("INBOX")).Should().Equal(1, 2, 3, 4);
    }

    private async Task<DestroyResult> DestroyAsync(string name) =>
        await _office.Destruction.DestroyAsync(await _office.History.FindAsync(name, House.Cancelled), onlyIn: null, House.Cancelled);

    private async Task<MailboxId> IdAsync(string mailbox) => (await _phone.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(mailbox))!.Id;

    private async Task AppendAsync(string mailbox, string text) => await _phone.AppendAsync(
        await IdAsync(mailbox), [new NewMessage(House.Message(text), FlagNames.None, null)], House.Cancelled);

    private async Task<IReadOnlyList<uint>> UidsAsync(string mailbox)
    {
        var snapshot = await _phone.GetSnapshotAsync(await IdAsync(mailbox), House.Cancelled);
        return [.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i].Uid.Value)];
    }
}
