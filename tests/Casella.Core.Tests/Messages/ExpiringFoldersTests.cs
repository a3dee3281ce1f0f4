using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Microsoft.Extensions.Hosting;

namespace Casella.Core.Tests.Messages;

/// <summary>Trash and SPAM empty themselves.</summary>
public sealed class ExpiringFoldersTests
{
    [Theory]
    [InlineData("Trash", "trash")]
    [InlineData("SPAM", "spam")]
    public async Task What_is_there_longer_than_the_mailbox_wants_goes_and_can_be_put_back(string folder, string policy)
    {
        await using var house = await House.OpenAsync("info");
        var info = await house.DoorAsync("info");
        var tree = await info.GetTreeAsync(House.Cancelled);
        var (inbox, target) = (tree.Find(MailboxName.Inbox)!.Id, tree.Find(MailboxName.Parse(folder))!.Id);
        // An old message that is thrown away today begins its days today.
        var old = house.Time.GetUtcNow().AddYears(-3);
        await info.AppendAsync(inbox, [new NewMessage(House.Message("Subject: old\r\n\r\nx\r\n"), FlagNames.None, old)], House.Cancelled);
        await info.SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { [policy] = "10" }, House.Cancelled);
        await info.MoveAsync(inbox, [new Uid(1)], target, House.Cancelled);

        house.Time.Advance(TimeSpan.FromDays(9));
        await ExpireAsync(house);
        (await house.ReadAsync("info", folder)).Should().ContainSingle();

        house.Time.Advance(TimeSpan.FromDays(2));
        var modSeq = info.HighestModSeq;
        await ExpireAsync(house);
        (await house.ReadAsync("info", folder)).Should().BeEmpty();
        (await info.UndoAsync(new UndoRequest { Change = new ModSeq(modSeq.Value + 1) }, House.Cancelled)).Restored.Should().Be(1);
        (await house.ReadAsync("info", folder)).Should().ContainSingle();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Never_is_never()
    {
        await using var house = await House.OpenAsync("info");
        var info = await house.DoorAsync("info");
        var trash = (await info.GetTreeAsync(House.Cancelled)).Find(SpecialUse.Trash)!.Id;
        await info.AppendAsync(trash, [new NewMessage(House.Message("Subject: x\r\n\r\nx\r\n"), FlagNames.None, null)], House.Cancelled);
        await info.SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["trash"] = "never" }, House.Cancelled);

        house.Time.Advance(TimeSpan.FromDays(5_000));
        await ExpireAsync(house);

        (await house.ReadAsync("info", "Trash")).Should().ContainSingle();
    }

    private static Task ExpireAsync(House house) =>
        house.Get<IEnumerable<IHostedService>>().OfType<ExpiringFolders>().Single().TidyAllAsync(House.Cancelled);
}
