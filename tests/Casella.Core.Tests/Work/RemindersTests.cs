using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Work;

namespace Casella.Core.Tests.Work;

public sealed class RemindersTests : IAsyncLifetime
{
    private House _house = null!;
    private MailAccount _mail = null!;
    private MailboxTree _tree = null!;

    private Reminders Reminders => _house.Get<Reminders>();
    private DateTimeOffset Tomorrow => _house.Time.GetUtcNow().AddDays(1);

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        _mail = await _house.DoorAsync("info");
        _tree = await _mail.GetTreeAsync(House.Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task What_is_put_off_comes_back_unread()
    {
        var inbox = _tree.Find(MailboxName.Inbox)!.Id;
        var uid = await AppendAsync(inbox, "Message-ID: <a@example.org>\r\n");

        await Reminders.SnoozeAsync(_mail, inbox, uid, Tomorrow, House.Cancelled);

        (await _mail.GetSnapshotAsync(inbox, House.Cancelled)).Count.Should().Be(0);
        (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse("Rimandati"))!.Messages.Should().Be(1);
        await Reminders.RunDueAsync(House.Cancelled);
        (await _mail.GetSnapshotAsync(inbox, House.Cancelled)).Count.Should().Be(0, "it is not due");
        _house.Time.Advance(TimeSpan.FromDays(1));
        await Reminders.RunDueAsync(House.Cancelled);
        var back = (await _mail.GetSnapshotAsync(inbox, House.Cancelled))[0];
        back.Flags.Has(MessageFlags.Seen).Should().BeFalse();
        (await Reminders.OfAsync(_mail, back.Email, House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_takes_it_out_before_has_changed_their_mind()
    {
        var inbox = _tree.Find(MailboxName.Inbox)!.Id;
        var uid = await AppendAsync(inbox, "Message-ID: <a@example.org>\r\n");
        var moved = await Reminders.SnoozeAsync(_mail, inbox, uid, Tomorrow, House.Cancelled);

        await _mail.UndoAsync(new Casella.Core.Changes.UndoRequest { Change = moved }, House.Cancelled);
        _house.Time.Advance(TimeSpan.FromDays(1));
        await Reminders.RunDueAsync(House.Cancelled);

        (await _mail.GetSnapshotAsync(inbox, House.Cancelled))[0].Flags.Has(MessageFlags.Seen).Should().BeTrue();
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    public async Task A_sent_message_without_an_answer_shows_in_INBOX(bool isAnswered, int inInbox)
    {
        var (inbox, sent) = (_tree.Find(MailboxName.Inbox)!.Id, _tree.Find(SpecialUse.Sent)!.Id);
        var uid = await AppendAsync(sent, "Message-ID: <a@example.org>\r\n");
        var message = (await _mail.GetSnapshotAsync(sent, House.Cancelled))[0].Email;
        await Reminders.FollowUpAsync(_mail, message, Tomorrow, House.Cancelled);
        if (isAnswered)
            await AppendAsync(inbox, "Message-ID: <b@example.org>\r\nIn-Reply-To: <a@example.org>\r\n");

        _house.Time.Advance(TimeSpan.FromDays(1));
        await Reminders.RunDueAsync(House.Cancelled);

        var shown = await _mail.GetSnapshotAsync(inbox, House.Cancelled);
        shown.Count.Should().Be(inInbox);
        (shown[0].Email == message).Should().Be(!isAnswered);
        shown[0].Flags.Has(MessageFlags.Flagged).Should().Be(!isAnswered);
        uid.Value.Should().Be(1);
    }

    private async Task<Uid> AppendAsync(MailboxId folder, string header)
    {
        await using var message = House.Message($"Subject: x\r\n{header}\r\nbody\r\n");
        return (await _mail.AppendAsync(folder, [new NewMessage(message, new FlagNames(MessageFlags.Seen, []), null)], House.Cancelled)).Uids[0];
    }
}
