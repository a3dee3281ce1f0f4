using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Messages;

/// <summary>Below the floor nothing new is taken, and what is there can be worked with.</summary>
public sealed class DiskRoomTests
{
    [Fact]
    public async Task New_mail_is_refused_and_moving_and_deleting_go_on_and_room_brings_mail_back()
    {
        await using var house = await House.OpenAsync("info");
        var door = await house.DoorAsync("info");
        var tree = await door.GetTreeAsync(House.Cancelled);
        var (inbox, trash) = (tree.Find(MailboxName.Inbox)!.Id, tree.Find(SpecialUse.Trash)!.Id);
        for (var i = 0; i < 2; i++)
            await AppendAsync(door, inbox);

        house.Disk.Bytes = 999;

        await Refused(() => AppendAsync(door, inbox));
        await Refused(async () => await house.Resolver.ResolveAsync(House.Address("info@example.test"), House.Cancelled));
        await Refused(async () => await house.Resolver.ResolveAsync(House.Address("anna@elsewhere.test"), House.Cancelled));
        await Refused(() => { door.CheckRoom(inbox, 1); return Task.CompletedTask; });
        (await door.MoveAsync(inbox, [new Uid(1)], trash, House.Cancelled)).Target.Should().ContainSingle();
        await door.StoreFlagsAsync(inbox, [new Uid(2)], FlagOperation.Add, new FlagNames(MessageFlags.Deleted, []), null, House.Cancelled);
        (await door.ExpungeAsync(inbox, null, onlyDeleted: true, House.Cancelled)).Expunged.Should().ContainSingle();

        house.Disk.Bytes = 1_000;

        await AppendAsync(door, inbox);
        (await house.ReadAsync("info")).Should().ContainSingle();
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    private static Task<AppendResult> AppendAsync(MailAccount door, MailboxId mailbox) =>
        door.AppendAsync(mailbox, [new NewMessage(House.Message("Subject: x\r\n\r\nx\r\n"), FlagNames.None, null)], House.Cancelled);

    private static async Task Refused(Func<Task> work) =>
        (await work.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.DiskFull);
}
