using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Directory;

/// <summary>An account while it is being made: the clocks of the service look at every account there is, at any moment.</summary>
public sealed class NewAccountTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info");

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Who_looks_before_it_has_an_INBOX_finds_no_account_and_afterwards_all_of_it()
    {
        var row = new NewAccount(House.Address("corsi@example.test"), null, null, "argon", "common password", _house.Time.GetUtcNow());
        var id = await _house.Get<IDirectoryStore>().AddAccountAsync(row, None);
        await _house.Get<IMailStore>().CreateAsync(id, _ => { }, None);

        var early = () => _house.Accounts.OpenAsync(id, Actor.Server, None);
        (await early.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchAddress);

        await _house.Accounts.CreateAsync(id, quota: null, None);
        var account = await _house.Accounts.OpenAsync(id, Actor.Server, None);
        var inbox = (await account.GetTreeAsync(None)).Find(MailboxName.Inbox);
        await using var message = House.Message("Subject: one\r\n\r\ntext\r\n");
        (await account.AppendAsync(inbox!.Id, [new NewMessage(message, FlagNames.None, null)], None)).Uids.Should().ContainSingle();
    }
}
