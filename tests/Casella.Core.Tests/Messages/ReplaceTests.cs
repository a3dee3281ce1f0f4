using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Messages;

/// <summary>A message for another in one transaction (RFC 8508), and several messages all or none (RFC 3502).</summary>
public sealed class ReplaceTests : IAsyncLifetime
{
    private static readonly string Letter = $"Subject: x\r\n\r\n{new string('x', 600_000)}\r\n";

    private House _house = null!;
    private MailAccount _anna = null!;
    private MailboxId _inbox;
    private MailboxId _archive;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync();
        await _house.AddAsync("anna", quota: 1 << 20);
        _anna = await _house.DoorAsync("anna");
        var tree = await _anna.GetTreeAsync(House.Cancelled);
        (_inbox, _archive) = (tree.Find(MailboxName.Inbox)!.Id, tree.Find(SpecialUse.Archive)!.Id);
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("anna")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task What_goes_makes_room_for_what_comes()
    {
        var old = await AppendAsync(Letter);
        var before = _anna.HighestModSeq;
        var result = await ReplaceAsync(old, _inbox, Letter);
        (await UidsAsync(_inbox)).Should().Equal(result.Uids).And.NotContain(old);
        _anna.HighestModSeq.Value.Should().Be(before.Value + 1, "it is one change");
        (await _anna.GetQuotaAsync(House.Cancelled)).Messages.Should().Be(1);
    }

    [Fact]
    public async Task It_may_come_into_another_mailbox()
    {
        var old = await AppendAsync(Letter);
        var result = await ReplaceAsync(old, _archive, Letter);
        (await UidsAsync(_inbox)).Should().BeEmpty();
        (await UidsAsync(_archive)).Should().Equal(result.Uids);
    }

    [Fact]
    public async Task When_it_does_not_fit_the_old_one_stays()
    {
        var old = await AppendAsync(Letter);
        var act = () => ReplaceAsync(old, _inbox, Letter + new string('y', 600_000));
        (await act.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.OverQuota);
        (await UidsAsync(_inbox)).Should().Equal(old);
    }

    [Fact]
    public async Task What_is_gone_cannot_be_replaced()
    {
        var old = await AppendAsync(Letter);
        await _anna.ExpungeAsync(_inbox, [old], onlyDeleted: false, House.Cancelled);
        var act = () => ReplaceAsync(old, _inbox, Letter);
        (await act.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchMessage);
        (await UidsAsync(_inbox)).Should().BeEmpty();
    }

    [Fact]
    public async Task Of_several_messages_none_comes_when_one_does_not_fit()
    {
        await using var message = House.Message(Letter);
        var act = () => _anna.AppendAsync(
            _inbox, [.. Enumerable.Repeat(new NewMessage(message, FlagNames.None, null), 2)], House.Cancelled);
        (await act.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.OverQuota);
        (await UidsAsync(_inbox)).Should().BeEmpty();
    }

    private async Task<Uid> AppendAsync(string text)
    {
        await using var message = House.Message(text);
        return (await _anna.AppendAsync(_inbox, [new NewMessage(message, FlagNames.None, null)], House.Cancelled)).Uids[0];
    }

    private async Task<AppendResult> ReplaceAsync(Uid old, MailboxId target, string text)
    {
        await using var message = House.Message(text);
        return await _anna.ReplaceAsync(_inbox, old, target, new NewMessage(message, FlagNames.None, null), House.Cancelled);
    }

    private async Task<IReadOnlyList<Uid>> UidsAsync(MailboxId mailbox)
    {
        var snapshot = await _anna.GetSnapshotAsync(mailbox, House.Cancelled);
        return [.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i].Uid)];
    }
}
