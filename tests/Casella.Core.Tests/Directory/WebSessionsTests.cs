using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Policies;

namespace Casella.Core.Tests.Directory;

/// <summary>Browsers sign in, are listed, and are out the moment they should be.</summary>
public sealed class WebSessionsTests : IAsyncLifetime
{
    private const string Info = "info@example.test";
    private const string Secret = "correct horse anna 7";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.1");
    private House _house = null!;

    private WebSessions Sessions => _house.Get<WebSessions>();

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "board");
        await _house.People.AddAsync(new PersonToAdd("Anna", "anna", Language.Italian, Secret), None);
        await _house.People.SetMemberAsync(Info, "anna", MemberRights.All, None);
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_person_sees_the_mailboxes_they_are_a_member_of_now()
    {
        var session = await SignInAsync("Anna", Secret);
        (await FindAsync(session))!.Mailboxes.Select(mailbox => mailbox.Address.ToString()).Should().Equal(Info);

        await _house.People.SetMemberAsync("board@example.test", "anna", MemberRights.Read, None);

        var visitor = await FindAsync(session);
        visitor!.Mailboxes.Select(mailbox => mailbox.Address.ToString()).Should().Equal("board@example.test", Info);
        visitor.Mailboxes[0].Rights.Should().Be(MemberRights.Read);
        visitor.Mailboxes[0].Actor.Should().Match<Actor>(actor => actor.Name == "Anna" && actor.Device == null && actor.Protocol == AccessProtocol.Web);
    }

    [Fact]
    public async Task A_mailbox_with_a_device_password_opens_that_mailbox_for_its_person()
    {
        var phone = await _house.AddPhoneAsync("info", "anna");

        var visitor = await FindAsync(await SignInAsync(Info, phone.Password));

        visitor!.Person!.Name.Should().Be("Anna");
        visitor.Mailboxes.Should().ContainSingle().Which.Actor.Device.Should().Be(phone.Device.Id);
    }

    [Theory]
    [InlineData("anna", "wrong")]
    [InlineData("nobody", Secret)]
    [InlineData(Info, Secret)]
    public async Task A_wrong_password_opens_nothing(string user, string password) =>
        (await Assert.ThrowsAsync<MailException>(() => SignInAsync(user, password))).Error.Should().Be(MailError.SignInFailed);

    [Fact]
    public async Task Guessing_at_a_person_is_throttled_like_guessing_at_a_mailbox()
    {
        for (var i = 0; i < 20; i++)
            await Assert.ThrowsAsync<MailException>(() => SignInAsync("anna", $"guess {i}"));

        (await Assert.ThrowsAsync<MailException>(() => SignInAsync("anna", Secret))).Error.Should().Be(MailError.TooManySignIns);
    }

    [Fact]
    public async Task A_token_that_nobody_was_given_opens_nothing()
    {
        await SignInAsync("anna", Secret);

        (await Sessions.FindAsync("", Office, None)).Should().BeNull();
        (await Sessions.FindAsync(new string('a', 64), Office, None)).Should().BeNull();
    }

    [Fact]
    public async Task It_outlives_a_restart_and_not_the_time_without_use()
    {
        var session = await SignInAsync("anna", Secret);
        await _house.ReopenAsync();
        (await FindAsync(session)).Should().NotBeNull();

        _house.Time.Advance(TimeSpan.FromDays(13));
        (await FindAsync(session)).Should().NotBeNull();
        _house.Time.Advance(TimeSpan.FromDays(15));
        (await FindAsync(session)).Should().BeNull();
    }

    [Fact]
    public async Task One_browser_signs_out_another_at_once()
    {
        var (here, there) = (await SignInAsync("anna", Secret), await SignInAsync("anna", Secret));
        var ended = 0;
        using var page = Sessions.Follow(there.Id, () => ended++);
        var visitor = (await FindAsync(here))!;
        (await Sessions.ListAsync(visitor, None)).Select(session => session.Id).Should().BeEquivalentTo([here.Id, there.Id]);

        await Sessions.EndAsync(visitor, there.Id, None);

        ended.Should().Be(1);
        (await FindAsync(there)).Should().BeNull();
        (await FindAsync(here)).Should().NotBeNull();
    }

    [Fact]
    public async Task Nobody_signs_out_another_persons_browser()
    {
        await _house.People.AddAsync(new PersonToAdd("Marco", "marco", Language.Italian, Secret), None);
        var (anna, marco) = (await SignInAsync("anna", Secret), await SignInAsync("marco", Secret));

        await Sessions.EndAsync((await FindAsync(marco))!, anna.Id, None);

        (await FindAsync(anna)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_new_password_a_revoked_device_and_leaving_end_it()
    {
        var phone = await _house.AddPhoneAsync("info", "anna");
        var (own, device, common) = (await SignInAsync("anna", Secret), await SignInAsync(Info, phone.Password), await SignInAsync(Info, House.Password));

        await _house.People.SetPasswordAsync("anna", "another horse 9", None);
        (await FindAsync(own)).Should().BeNull();
        (await FindAsync(device)).Should().NotBeNull();
        await _house.Devices.RevokeAsync(Info, "anna's phone", None);
        (await FindAsync(device)).Should().BeNull();
        await _house.Devices.SetCommonPasswordAsync(Info, "yet another horse 3", None);
        (await FindAsync(common)).Should().BeNull();

        var again = await SignInAsync("anna", "another horse 9");
        await _house.People.LeaveAsync("anna", None);
        (await FindAsync(again)).Should().BeNull();
    }

    [Fact]
    public async Task An_open_page_ends_with_the_rights_and_with_the_password()
    {
        var visitor = (await FindAsync(await SignInAsync("anna", Secret)))!;
        var ends = new List<SessionEnd>();
        using var first = _house.Get<Authenticator>().Enter(visitor.Mailboxes[0], Office, ends.Add);
        await _house.People.SetMemberAsync(Info, "anna", MemberRights.Read, None);
        visitor = (await FindAsync(await SignInAsync("anna", Secret)))!;
        using var second = _house.Get<Authenticator>().Enter(visitor.Mailboxes[0], Office, ends.Add);
        await _house.People.SetPasswordAsync("anna", "another horse 9", None);

        ends.Should().Equal(SessionEnd.RightsChanged, SessionEnd.PasswordChanged);
    }

    [Fact]
    public async Task Language_and_clock_go_with_the_person_to_every_browser()
    {
        var phone = await _house.AddPhoneAsync("info", "anna");
        var (desk, laptop) = (await SignInAsync("anna", Secret), await SignInAsync("anna", Secret));
        var (device, common) = (await SignInAsync(Info, phone.Password), await SignInAsync(Info, House.Password));
        var anna = (await FindAsync(desk))!.Person!;

        await Sessions.SetLanguageAsync(anna, Language.English, None);
        await Sessions.SetZoneAsync(anna, "Pacific/Auckland", None);

        foreach (var session in (StartedWebSession[])[desk, laptop, device])
            (await FindAsync(session)).Should().Match<WebVisitor>(visitor => visitor.Zone == "Pacific/Auckland" && visitor.Person!.Language == Language.English);
        (await FindAsync(common))!.Zone.Should().BeNull("it is nobody's");
        await Sessions.SetZoneAsync(anna, "Asia/Tokyo", None);
        (await FindAsync(laptop))!.Zone.Should().Be("Asia/Tokyo");
        await Sessions.SetZoneAsync(anna, null, None);
        (await FindAsync(laptop))!.Zone.Should().BeNull();
    }

    private Task<StartedWebSession> SignInAsync(string user, string password) =>
        Sessions.SignInAsync(new WebSignIn(user, password, "Firefox, Windows", Office), None);

    private Task<WebVisitor?> FindAsync(StartedWebSession session) => Sessions.FindAsync(session.Token, Office, None);
}
