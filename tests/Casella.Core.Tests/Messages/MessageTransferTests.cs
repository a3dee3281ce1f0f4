using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Messages;

/// <summary>COPY and MOVE from one account into another: nothing is lost, nothing is there twice, everything is counted.</summary>
public sealed class MessageTransferTests : IAsyncLifetime
{
    private House _house = null!;
    private MessageTransfer _transfer = null!;
    private MailboxAt _info;
    private MailboxAt _board;

    private static CancellationToken Stop => House.Cancelled;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        await _house.AddAsync("board", quota: 1 << 20);
        _transfer = new MessageTransfer(_house.Get<MessageStaging>());
        (_info, _board) = (await InboxAsync("info"), await InboxAsync("board"));
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        (await _house.VerifyAsync("board")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Small_and_large_messages_arrive_byte_for_byte_in_order_with_keywords_by_name()
    {
        await _board.Account.AppendAsync(_board.Mailbox, [new NewMessage(House.Message("Subject: 0\r\n\r\n"), new FlagNames(MessageFlags.None, ["Other"]), null)], Stop);
        var letters = Enumerable.Range(1, 5).Select(i => $"Subject: {i}\r\n\r\n{new string('x', i * 30_000)}\r\n").ToList();
        var uids = await AppendAsync(letters, new FlagNames(MessageFlags.Flagged, ["Urgente"]));

        var copied = await _transfer.CopyAsync(_info, uids, _board, Stop);

        copied.Source.Should().Equal(uids);
        (await _house.ReadAsync("board")).Skip(1).Should().Equal(letters);
        var snapshot = await _board.Account.GetSnapshotAsync(_board.Mailbox, Stop);
        snapshot[5].Flags.Should().Be(MessageFlags.Flagged | MessageFlags.Keyword(snapshot.Keywords.IndexOf("Urgente")));
    }

    [Fact]
    public async Task Of_two_who_move_the_same_messages_each_message_goes_with_one()
    {
        var uids = await AppendAsync([.. Enumerable.Range(1, 50).Select(i => $"Subject: {i}\r\n\r\n{i}\r\n")], FlagNames.None);

        var both = await Task.WhenAll(
            Task.Run(() => _transfer.MoveAsync(_info, uids, _board, Stop), Stop), Task.Run(() => _transfer.MoveAsync(_info, uids, _board, Stop), Stop));

        both.SelectMany(moved => moved.Source).Should().BeEquivalentTo(uids);
        (await _house.ReadAsync("info")).Should().BeEmpty();
        (await _house.ReadAsync("board")).Should().HaveCount(50).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task What_does_not_fit_stays_where_it_is()
    {
        var uids = await AppendAsync([.. Enumerable.Range(1, 3).Select(i => $"Subject: {i}\r\n\r\n{new string('x', 500_000)}\r\n")], FlagNames.None);

        var moving = () => _transfer.MoveAsync(_info, uids, _board, Stop);

        (await moving.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.OverQuota);
        (await _house.ReadAsync("info")).Should().HaveCount(3);
        (await _house.ReadAsync("board")).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_may_only_read_takes_nothing_away_and_puts_nothing_in()
    {
        var uids = await AppendAsync(["Subject: 1\r\n\r\n1\r\n"], FlagNames.None);
        var reader = _info.Account.As(_info.Account.Actor with { Rights = MemberRights.Read });

        var moving = () => _transfer.MoveAsync(_info with { Account = reader }, uids, _board, Stop);
        (await moving.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
        var copying = () => _transfer.CopyAsync(_board, uids, _info with { Account = reader }, Stop);
        (await copying.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
        (await _transfer.CopyAsync(_info with { Account = reader }, uids, _board, Stop)).Target.Should().ContainSingle();
    }

    private async Task<IReadOnlyList<Uid>> AppendAsync(IReadOnlyList<string> letters, FlagNames flags) => (await _info.Account.AppendAsync(
        _info.Mailbox, [.. letters.Select(letter => new NewMessage(House.Message(letter), flags, null))], Stop)).Uids;

    private async Task<MailboxAt> InboxAsync(string name)
    {
        var account = await _house.DoorAsync(name);
        return new MailboxAt(account, (await account.GetTreeAsync(Stop)).Find(MailboxName.Inbox)!.Id);
    }
}
