using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Quota;

/// <summary>The limit of messages beside the space (RFC 9208 §5.2): exact in the transaction, with a reserve.</summary>
public sealed class MessageLimitTests
{
    [Fact]
    public async Task What_comes_in_stops_at_the_limit_and_drafts_do_not()
    {
        await using var house = await House.OpenAsync("info");
        var door = await house.DoorAsync("info");
        await door.SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["max-messages"] = "2" }, House.Cancelled);

        await AppendAsync(door, "INBOX", 1);
        // All or none: the second of the two would be one too many.
        await FailsAsync(door, "INBOX", 2);
        await AppendAsync(door, "INBOX", 1);
        (await door.GetQuotaAsync(House.Cancelled)).IsFull.Should().BeTrue();
        await FailsAsync(door, "INBOX", 1);
        await AppendAsync(door, "Drafts", 1);

        var status = await door.GetQuotaAsync(House.Cancelled);
        (status.Messages, status.MessageLimit).Should().Be((3, 2));
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    private static async Task FailsAsync(MailAccount door, string mailbox, int count)
    {
        var append = () => AppendAsync(door, mailbox, count);
        (await append.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.OverQuota);
    }

    private static async Task AppendAsync(MailAccount door, string mailbox, int count)
    {
        var id = (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(mailbox))!.Id;
        var messages = Enumerable.Range(0, count).Select(i => new NewMessage(House.Message($"Subject: {i}\r\n\r\n{i}"), FlagNames.None, null)).ToList();
        await door.AppendAsync(id, messages, House.Cancelled);
    }
}
