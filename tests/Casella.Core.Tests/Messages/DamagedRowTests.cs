using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Messages.Searching;
using Casella.Core.Messages.Sorting;
using Casella.Core.Messages.Threading;

namespace Casella.Core.Tests.Messages;

/// <summary>One row that the disk has spoiled is one message that is hard to read, and not a mailbox without search.</summary>
public sealed class DamagedRowTests
{
    [Fact]
    public async Task The_others_are_found_sorted_and_threaded_and_so_is_it_by_its_own_bytes()
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        foreach (var subject in (string[])["uno", "due", "tre"])
            await AppendAsync(anna, inbox, $"Subject: {subject}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\nContent-Transfer-Encoding: base64\r\n\r\nZmF0dHVyYQ==\r\n");
        await house.DamageAsync("UPDATE messages SET structure=x'00', envelope=x'00' WHERE email_id=2");
        var snapshot = await anna.GetSnapshotAsync(inbox, House.Cancelled);
        var placements = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).ToList();

        (await anna.SearchAsync(snapshot, new SearchCriterion.Body("fattura"), House.Cancelled)).Should().HaveCount(3);
        (await anna.SortAsync(placements, [new SortKey(SortField.Subject, IsReverse: false)], House.Cancelled))
            .Select(uid => uid.Value).Should().Equal(2, 3, 1);
        (await anna.ThreadAsync(placements, ThreadAlgorithm.References, House.Cancelled)).Should().HaveCount(3);
        var status = await house.Get<MessageIndexing>().RebuildAsync(anna.Id, (_, _) => { }, House.Cancelled);
        status.Should().BeEquivalentTo(new { Messages = 3, Indexed = 3, Partial = 0 });
        (await anna.SearchAsync(snapshot, new SearchCriterion.Body("fattura"), House.Cancelled)).Should().HaveCount(3);
        (await house.VerifyAsync("anna")).Should().ContainSingle().Which.Should().StartWith("message 2: envelope or structure");
    }

    private static async Task AppendAsync(MailAccount anna, MailboxId inbox, string text)
    {
        await using var message = House.Message(text);
        await anna.AppendAsync(inbox, [new NewMessage(message, FlagNames.None, null)], House.Cancelled);
    }
}
