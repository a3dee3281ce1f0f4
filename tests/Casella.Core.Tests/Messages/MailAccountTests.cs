using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Messages;

public sealed class MailAccountTests : IAsyncLifetime
{
    private static readonly FlagNames NoFlags = FlagNames.None;
    private static readonly CancellationToken None = CancellationToken.None;
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_new_account_has_its_mailboxes_with_their_uses_and_is_subscribed_to_them()
    {
        var mail = await OpenAsync();

        var tree = await mail.GetTreeAsync(None);

        tree.Find(MailboxName.Inbox).Should().NotBeNull();
        foreach (var (name, use) in new[] { ("Sent", SpecialUse.Sent), ("Drafts", SpecialUse.Drafts), ("Trash", SpecialUse.Trash), ("SPAM", SpecialUse.Junk), ("Archive", SpecialUse.Archive) })
            tree.Find(use)!.Name.Value.Should().Be(name);
    }

    [Fact]
    public async Task UIDs_and_ModSeqs_rise_and_survive_a_restart()
    {
        await _house.AddAsync("info");
        var mail = await _house.DoorAsync("info");
        var inbox = await InboxAsync(mail);
        var first = await AppendAsync(mail, inbox, "one");
        var before = mail.HighestModSeq;
        var second = await AppendAsync(mail, inbox, "two");
        mail.HighestModSeq.Should().Be(new ModSeq(before.Value + 1));
        await mail.ExpungeAsync(inbox, [second], onlyDeleted: false, None);

        await _house.ReopenAsync();

        mail = await _house.DoorAsync("info");
        var third = await AppendAsync(mail, inbox, "three");
        new[] { first.Value, second.Value, third.Value }.Should().Equal([1u, 2u, 3u], "a UID is never given again");
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_copy_has_flags_of_its_own_and_costs_no_quota()
    {
        var mail = await OpenAsync();
        var (inbox, archive) = (await InboxAsync(mail), (await mail.GetTreeAsync(None)).Find(SpecialUse.Archive)!.Id);
        var uid = await AppendAsync(mail, inbox, "one");
        var used = (await mail.GetQuotaAsync(None)).Used;

        var copy = await mail.CopyAsync(inbox, [uid], archive, None);
        await mail.StoreFlagsAsync(archive, copy.Target, FlagOperation.Add, new FlagNames(MessageFlags.Flagged, []), null, None);

        var (original, copied) = (await mail.GetSnapshotAsync(inbox, None), await mail.GetSnapshotAsync(archive, None));
        copied[0].Email.Should().Be(original[0].Email);
        original[0].Flags.Has(MessageFlags.Flagged).Should().BeFalse();
        copied[0].Flags.Has(MessageFlags.Flagged).Should().BeTrue();
        (await mail.GetQuotaAsync(None)).Used.Should().Be(used);
    }

    [Fact]
    public async Task Of_two_who_move_the_same_messages_at_the_same_moment_each_message_goes_with_one()
    {
        await _house.AddAsync("info");
        var mail = await _house.DoorAsync("info");
        var tree = await mail.GetTreeAsync(None);
        var inbox = await InboxAsync(mail);
        var uids = new List<Uid>();
        for (var i = 0; i < 50; i++)
            uids.Add(await AppendAsync(mail, inbox, $"m{i}"));
        var targets = new[] { tree.Find(SpecialUse.Trash)!.Id, tree.Find(SpecialUse.Archive)!.Id };

        var moved = await Task.WhenAll(uids.SelectMany(uid => targets.Select(target => Task.Run(() => mail.MoveAsync(inbox, [uid], target, None)))));

        moved.Sum(result => result.Source.Count).Should().Be(50);
        (await mail.GetSnapshotAsync(inbox, None)).Count.Should().Be(0);
        targets.Sum(target => mail.GetSnapshotAsync(target, None).AsTask().GetAwaiter().GetResult().Count).Should().Be(50);
        (await _house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_full_account_takes_no_mail_but_can_be_worked_in()
    {
        await _house.AddAsync("info", quota: 1024 * 1024);
        var server = await ServerAsync();
        var user = await _house.DoorAsync("info");
        var tree = await user.GetTreeAsync(None);
        await using (var big = Message("big", 1024 * 1024 - 100))
            (await server.DeliverAsync(big, default, SpecialUse.None, None)).Should().BeTrue();

        await using var small = Message("small", 500);
        (await Assert.ThrowsAsync<MailException>(() => server.DeliverAsync(small, default, SpecialUse.None, None))).Error.Should().Be(MailError.OverQuota);
        (await Assert.ThrowsAsync<MailException>(() => AppendAsync(user, tree.Find(SpecialUse.Archive)!.Id, "no room", 500))).Error.Should().Be(MailError.OverQuota);
        await AppendAsync(user, tree.Find(SpecialUse.Drafts)!.Id, "a draft", 500);
        await AppendAsync(user, tree.Find(SpecialUse.Sent)!.Id, "sent", 500);
        var inbox = await InboxAsync(user);
        await user.MoveAsync(inbox, [new Uid(1)], tree.Find(SpecialUse.Trash)!.Id, None);
        await user.ExpungeAsync(tree.Find(SpecialUse.Trash)!.Id, null, onlyDeleted: false, None);

        (await server.DeliverAsync(small, default, SpecialUse.None, None)).Should().BeTrue("there is room again");
    }

    [Fact]
    public async Task A_delivery_that_comes_again_is_not_doubled_also_after_a_restart()
    {
        await _house.AddAsync("info");
        byte[] key = [1, 2, 3];
        await using var message = Message("once");
        (await (await ServerAsync()).DeliverAsync(message, key, SpecialUse.None, None)).Should().BeTrue();

        await _house.ReopenAsync();
        var server = await ServerAsync();

        (await server.DeliverAsync(message, key, SpecialUse.None, None)).Should().BeFalse();
        (await server.DeliverAsync(message, new byte[] { 4 }, SpecialUse.None, None)).Should().BeTrue();
        (await server.GetSnapshotAsync(await InboxAsync(server), None)).Count.Should().Be(2);
    }

    [Fact]
    public async Task Changes_are_published_in_order_before_the_writer_returns()
    {
        var mail = await OpenAsync();
        var inbox = await InboxAsync(mail);
        var seen = new List<ModSeq>();
        using var subscription = mail.Subscribe(committed => seen.Add(committed.ModSeq));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => AppendAsync(mail, inbox, $"m{i}"))));

        seen.Should().HaveCount(40).And.BeInAscendingOrder(modSeq => modSeq.Value).And.OnlyHaveUniqueItems();
        seen[^1].Should().Be(mail.HighestModSeq);
    }

    [Fact]
    public async Task What_was_expunged_is_told_as_vanished_since_any_ModSeq()
    {
        var mail = await OpenAsync();
        var inbox = await InboxAsync(mail);
        for (var i = 0; i < 5; i++)
            await AppendAsync(mail, inbox, $"m{i}");
        await mail.ExpungeAsync(inbox, [new Uid(2), new Uid(3)], onlyDeleted: false, None);
        var between = mail.HighestModSeq;
        await mail.ExpungeAsync(inbox, [new Uid(5)], onlyDeleted: false, None);

        (await mail.VanishedSinceAsync(inbox, new ModSeq(0), None)).Select(r => (r.First.Value, r.Last.Value)).Should().Equal((2u, 3u), (5u, 5u));
        (await mail.VanishedSinceAsync(inbox, between, None)).Select(r => (r.First.Value, r.Last.Value)).Should().Equal((5u, 5u));
    }

    private static async Task<MailboxId> InboxAsync(MailAccount mail) => (await mail.GetTreeAsync(None)).Find(MailboxName.Inbox)!.Id;

    private static async Task<Uid> AppendAsync(MailAccount mail, MailboxId mailbox, string subject, int size = 50)
    {
        await using var message = Message(subject, size);
        return (await mail.AppendAsync(mailbox, [new NewMessage(message, NoFlags, null)], None)).Uids[0];
    }

    private async Task<MailAccount> OpenAsync()
    {
        await _house.AddAsync("info");
        return await _house.DoorAsync("info");
    }

    private async Task<MailAccount> ServerAsync() =>
        await _house.Accounts.OpenAsync((await _house.DoorAsync("info")).Id, Actor.Server, None);

    private static StagedMessage Message(string subject, int size = 50) => House.Message($"Subject: {subject}\r\n\r\n{new string('x', size)}\r\n");
}
