using System.Text;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Quota.Space;

namespace Casella.Core.Tests.Quota;

public sealed class AccountSpaceTests : IAsyncLifetime
{
    private House _house = null!;
    private MailAccount _mail = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        _mail = await _house.DoorAsync("info");
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task The_report_says_who_and_when_and_what()
    {
        await AppendAsync("INBOX", WithFile("a", "Anna <anna@example.org>", "big.pdf", 90_000), new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero));
        await AppendAsync("Sent", WithFile("b", "Marco <marco@example.org>", "small.pdf", 30_000), new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));

        var report = await _mail.Space.ReportAsync(SpaceFilter.All, House.Cancelled);

        report.ByFolder.Select(share => share.Key).Should().Equal("INBOX", "Sent");
        report.ByYear.Select(share => share.Key).Should().Equal("2024", "2026");
        report.BySender.Select(share => share.Key).Should().Equal("anna@example.org", "marco@example.org");
        report.Attachments.Select(one => one.Name).Should().Equal("big.pdf", "small.pdf");
        (report.Looked, report.Messages, report.Largest[0].Sender).Should().Be((100, 2, "Anna"));
        var of2026 = await _mail.Space.ReportAsync(new SpaceFilter { Year = 2026 }, House.Cancelled);
        of2026.BySender.Select(share => share.Key).Should().Equal("marco@example.org");
        (await _mail.Space.ReportAsync(new SpaceFilter { Sender = "anna@example.org" }, House.Cancelled)).Messages.Should().Be(1);
    }

    [Fact]
    public async Task Attachments_go_the_text_stays_and_undo_brings_them_back()
    {
        var placed = await AppendAsync("INBOX", WithFile("a", "Anna <anna@example.org>", "big.pdf", 90_000), null);
        var inbox = (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!;
        var before = (await _mail.GetSnapshotAsync(inbox.Id, House.Cancelled))[0];

        var change = await _mail.Space.StripAsync(inbox.Id, placed, one => $"[{one.Name} è stato tolto]", _house.Get<MessageStaging>(), House.Cancelled);

        var after = (await _mail.GetSnapshotAsync(inbox.Id, House.Cancelled))[0];
        (after.Flags, after.ReceivedAt).Should().Be((before.Flags, before.ReceivedAt));
        after.Size.Should().BeLessThan(2_000);
        (await _mail.GetQuotaAsync(House.Cancelled)).Used.Should().Be(after.Size);
        var text = (await _house.ReadAsync("info")).Single();
        text.Should().Contain("the words").And.Contain(Convert.ToBase64String(Encoding.UTF8.GetBytes("[big.pdf è stato tolto]")));
        (await _mail.Space.StripAsync(inbox.Id, after.Uid, _ => "", _house.Get<MessageStaging>(), House.Cancelled)).Should().BeNull();

        await _mail.UndoAsync(new UndoRequest { Change = change }, House.Cancelled);

        (await _mail.GetSnapshotAsync(inbox.Id, House.Cancelled))[0].Email.Should().Be(before.Email);
        (await _mail.GetSnapshotAsync(inbox.Id, House.Cancelled)).Count.Should().Be(1);
    }

    [Fact]
    public async Task The_same_mail_twice_in_one_folder_is_surplus_and_nothing_else_is()
    {
        var one = WithFile("same", "Anna <anna@example.org>", "a.pdf", 20_000);
        await AppendAsync("INBOX", one, null);
        var second = await AppendAsync("INBOX", $"Received: by another way\r\n{one}", null);
        await AppendAsync("INBOX", one.Replace("the words", "other words"), null);
        await AppendAsync("Sent", one, null);

        var found = (await _mail.Space.DuplicatesAsync(House.Cancelled)).Single();

        found.Surplus.Select(placement => placement.Uid).Should().Equal(second);
        var changes = await _mail.Space.RemoveAsync(found.Folder, [second], House.Cancelled);
        (await _mail.Space.DuplicatesAsync(House.Cancelled)).Should().BeEmpty();
        (await _mail.UndoAsync(new UndoRequest { Change = changes.Single() }, House.Cancelled)).Restored.Should().Be(1);
    }

    [Fact]
    public async Task What_lies_in_Trash_for_long_is_found()
    {
        await AppendAsync("Trash", "Subject: old\r\n\r\nx\r\n", null);
        _house.Time.Advance(TimeSpan.FromDays(8));
        await AppendAsync("Trash", "Subject: new\r\n\r\nx\r\n", null);

        (await _mail.Space.ExpiredAsync(SpecialUse.Trash, 7, House.Cancelled)).Should().ContainSingle();
        (await _mail.Space.ExpiredAsync(SpecialUse.Trash, 0, House.Cancelled)).Should().HaveCount(2);
    }

    private static string WithFile(string id, string from, string file, int size) =>
        $"From: {from}\r\nMessage-ID: <{id}@example.org>\r\nSubject: Mail {id}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
        + "--b\r\nContent-Type: text/plain\r\n\r\nthe words\r\n"
        + $"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"{file}\"\r\n\r\n{new string('x', size)}\r\n--b--\r\n";

    private async Task<Uid> AppendAsync(string folder, string text, DateTimeOffset? at)
    {
        await using var message = House.Message(text);
        var id = (await _mail.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(folder))!.Id;
        return (await _mail.AppendAsync(id, [new NewMessage(message, FlagNames.None, at)], House.Cancelled)).Uids[0];
    }
}
