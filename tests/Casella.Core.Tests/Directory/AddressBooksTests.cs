using System.Net;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Formats.Cards;

namespace Casella.Core.Tests.Directory;

public sealed class AddressBooksTests : IAsyncLifetime
{
    private const string Secret = "correct horse anna 7";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.1");
    private House _house = null!;

    private AddressBooks Books => _house.Get<AddressBooks>();

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info");

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Ones_own_contacts_are_ones_own_and_a_mailboxs_are_shared()
    {
        var (anna, marco) = (await VisitorAsync("anna", MemberRights.All), await VisitorAsync("marco", MemberRights.Read));
        var info = anna.Mailboxes[0].Account;

        await Books.PutAsync(anna, null, [Card("1", "Zia")], House.Cancelled);
        await Books.PutAsync(anna, info, [Card("2", "Comune"), Card("3", "Banca")], House.Cancelled);
        await Books.PutAsync(anna, info, [Card("2", "Comune di Cortina")], House.Cancelled);

        (await Books.ListAsync(anna, House.Cancelled)).Select(book => string.Join(',', book.Cards.Select(card => card.Name)))
            .Should().Equal("Zia", "Banca,Comune di Cortina");
        (await Books.ListAsync(marco, House.Cancelled)).Select(book => (book.MayChange, book.Cards.Count)).Should().Equal((true, 0), (false, 2));
        await RefusedAsync(() => Books.PutAsync(marco, info, [Card("4", "x")], House.Cancelled));
        await RefusedAsync(() => Books.CardsAsync(marco, new AccountId(99), House.Cancelled));
        await Books.DeleteAsync(anna, info, "2", House.Cancelled);
        (await Books.CardsAsync(marco, info, House.Cancelled)).Select(card => card.Name).Should().Equal("Banca");
    }

    private async Task<WebVisitor> VisitorAsync(string login, MemberRights rights)
    {
        await _house.People.AddAsync(new PersonToAdd(login, login, Language.Italian, Secret), House.Cancelled);
        await _house.People.SetMemberAsync("info@example.test", login, rights, House.Cancelled);
        var session = await _house.Get<WebSessions>().SignInAsync(new WebSignIn(login, Secret, "Firefox", Office), House.Cancelled);
        return (await _house.Get<WebSessions>().FindAsync(session.Token, Office, House.Cancelled))!;
    }

    private static ContactCard Card(string uid, string name) => new(uid, name, [$"{uid}@example.org"], [], []);

    private static async Task RefusedAsync(Func<Task> act) =>
        (await act.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
}
