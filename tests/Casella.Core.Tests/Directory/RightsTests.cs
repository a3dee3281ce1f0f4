using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Directory;

/// <summary>What each right opens at the door of the account.</summary>
public sealed class RightsTests : IAsyncLifetime
{
    private House _house = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info", "board");

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Without_Read_there_is_no_door()
    {
        await _house.DoorAsync("info");
        (await ErrorOfAsync(() => DoorAsync(MemberRights.SendAs))).Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task Who_may_only_read_reads_and_changes_nothing()
    {
        var all = await _house.DoorAsync("info");
        var inbox = await InboxAsync(all);
        await using var message = House.Message("Subject: s\r\n\r\nbody\r\n");
        await all.AppendAsync(inbox, [new NewMessage(message, FlagNames.None, null)], None);
        var before = all.HighestModSeq;
        var reader = await DoorAsync(MemberRights.Read);
        var uid = (await reader.GetSnapshotAsync(inbox, None))[0].Uid;
        var trash = (await reader.GetTreeAsync(None)).Find(SpecialUse.Trash)!.Id;

        Func<Task>[] changes =
        [
            () => reader.StoreFlagsAsync(inbox, [uid], FlagOperation.Add, new FlagNames(MessageFlags.Seen, []), null, None),
            () => reader.AppendAsync(inbox, [new NewMessage(message, FlagNames.None, null)], None),
            () => reader.CopyAsync(inbox, [uid], trash, None),
            () => reader.MoveAsync(inbox, [uid], trash, None),
            () => reader.ExpungeAsync(inbox, [uid], onlyDeleted: false, None),
            () => reader.CreateMailboxAsync(MailboxName.Parse("New"), SpecialUse.None, None),
            () => reader.RenameMailboxAsync(MailboxName.Parse("Archive"), MailboxName.Parse("Old"), None),
            () => reader.DeleteMailboxAsync(MailboxName.Parse("Archive"), None),
            () => reader.SetSubscribedAsync(MailboxName.Parse("Archive"), false, None),
            () => reader.SetPolicyAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["trash"] = "never" }, None),
        ];
        foreach (var change in changes)
            (await ErrorOfAsync(change)).Should().Be(MailError.NoPermission);

        all.HighestModSeq.Should().Be(before);
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task The_rules_of_the_mailbox_are_for_who_manages_it()
    {
        var policy = new Dictionary<string, string>(StringComparer.Ordinal) { ["trash"] = "never" };
        var worker = await DoorAsync(MemberRights.Read | MemberRights.Work | MemberRights.SendAs);
        (await ErrorOfAsync(() => worker.SetPolicyAsync(policy, None))).Should().Be(MailError.NoPermission);

        await (await DoorAsync(MemberRights.Read | MemberRights.Manage)).SetPolicyAsync(policy, None);

        worker.Policy.TrashDays.Should().BeNull();
    }

    [Fact]
    public async Task A_client_that_tells_its_name_keeps_its_rights()
    {
        var reader = await DoorAsync(MemberRights.Read);
        var named = reader.As(reader.Actor with { Client = "mutt" });
        (await ErrorOfAsync(() => named.DeleteMailboxAsync(MailboxName.Parse("Archive"), None))).Should().Be(MailError.NoPermission);
    }

    private async Task<MailAccount> DoorAsync(MemberRights rights)
    {
        var signedIn = await _house.SignedInAsync("info");
        return await _house.Accounts.OpenAsync(signedIn with { Actor = signedIn.Actor with { Rights = rights } }, None);
    }

    private static async Task<MailboxId> InboxAsync(MailAccount account) => (await account.GetTreeAsync(None)).Find(MailboxName.Inbox)!.Id;

    private static async Task<MailError> ErrorOfAsync(Func<Task> action) => (await Assert.ThrowsAsync<MailException>(action)).Error;
}
