using System.Net;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Policies;
using Casella.Core.Storage;
using Casella.Formats.Codes;

namespace Casella.Core.Tests.Directory;

/// <summary>A person changes what they sign in with: by the old password, for every browser but theirs.</summary>
public sealed class OwnPasswordTests : IAsyncLifetime
{
    private const string Info = "info@example.test";
    private const string Secret = "correct horse anna 7";
    private const string Another = "another horse 9";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.1");
    private House _house = null!;

    private WebSessions Sessions => _house.Get<WebSessions>();
    private OwnPassword Own => _house.Get<OwnPassword>();
    private SecondFactors Factors => _house.Get<SecondFactors>();

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        await _house.People.AddAsync(new PersonToAdd("Anna", "anna", Language.Italian, Secret), None);
        await _house.People.SetMemberAsync(Info, "anna", MemberRights.All, None);
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Every_other_browser_is_out_at_once_and_this_one_goes_on_by_another_token()
    {
        var phone = await _house.AddPhoneAsync("info", "anna");
        var (here, there, device) = (await SignInAsync("anna", Secret), await SignInAsync("anna", Secret), await SignInAsync(Info, phone.Password));
        var ended = new List<string>();
        using var page = Sessions.Follow(here.Id, () => ended.Add("here"));
        using var other = Sessions.Follow(there.Id, () => ended.Add("there"));

        var changed = await ChangeAsync(here, Secret, Another);

        changed!.Ended.Should().Be(1);
        ended.Should().Equal("there");
        (await FindAsync(there.Token)).Should().BeNull();
        (await FindAsync(here.Token)).Should().BeNull("whoever has copied the cookie is out, too");
        (await FindAsync(changed.Token))!.Session.Should().Be(here.Id);
        (await FindAsync(device.Token)).Should().NotBeNull("a device has a password of its own");
        (await Assert.ThrowsAsync<MailException>(() => SignInAsync("anna", Secret))).Error.Should().Be(MailError.SignInFailed);
        await SignInAsync("anna", Another);
    }

    [Fact]
    public async Task Codes_and_passkeys_stay_and_the_code_is_asked_for()
    {
        var here = await SignInAsync("anna", Secret);
        var anna = (await FindAsync(here.Token))!.Person!;
        var (paper, _) = (await TurnOnAsync(anna), await AddPasskeyAsync(anna));

        (await ChangeAsync(here, Secret, Another)).Should().BeNull("no code");
        (await ChangeAsync(here, Secret, Another, "000000")).Should().BeNull();
        await Assert.ThrowsAsync<DirectoryRuleException>(() => ChangeAsync(here, Secret, "short", paper[0]));
        (await ChangeAsync(here, Secret, Another, paper[0])).Should().NotBeNull("what was refused before has not used it up");

        (await Factors.StatusAsync(anna, None))!.RecoveryLeft.Should().Be(paper.Count - 1);
        (await Factors.PasskeysAsync(anna.Id, None)).Should().ContainSingle();
    }

    [Fact]
    public async Task Who_waits_for_a_code_with_the_old_password_waits_for_nothing()
    {
        var here = await SignInAsync("anna", Secret);
        var paper = await TurnOnAsync((await FindAsync(here.Token))!.Person!);
        var waiting = await SignInAsync("anna", Secret);
        waiting.NeedsCode.Should().BeTrue();

        await ChangeAsync(here, Secret, Another, paper[0]);

        (await Assert.ThrowsAsync<MailException>(() => Sessions.FinishAsync(waiting.Token, paper[1], Office, None))).Error.Should().Be(MailError.NoSuchDevice);
    }

    /// <summary>Checked before the change and written after it.</summary>
    [Fact]
    public async Task A_sign_in_that_was_being_checked_begins_nothing()
    {
        var here = await SignInAsync("anna", Secret);
        var store = _house.Get<IWebSessionStore>();
        var old = (await store.FindSecretAsync("anna", None))!;

        await ChangeAsync(here, Secret, Another);

        var late = new NewWebSession(new string('a', 64), new WebSessionOwner(old.Person.Id, null), "Firefox", "192.0.2.1", _house.Time.GetUtcNow());
        (await store.AddAsync(late with { SecretHash = old.SecretHash }, None)).Should().BeNull();
        (await store.AddAsync(late with { SecretHash = (await store.FindSecretAsync("anna", None))!.SecretHash }, None)).Should().NotBeNull();
    }

    [Fact]
    public async Task Guessing_in_an_open_browser_costs_what_guessing_at_the_door_costs()
    {
        var here = await SignInAsync("anna", Secret);
        var errors = new List<MailError>();
        for (var i = 0; i < 30; i++)
            errors.Add((await Assert.ThrowsAsync<MailException>(() => ChangeAsync(here, $"guess {i}", Another))).Error);

        // The address is known for Anna, so two more than the budget.
        errors.Count(error => error is MailError.SignInFailed).Should().BeLessThanOrEqualTo(22);
        errors[^1].Should().Be(MailError.TooManySignIns);
        (await Assert.ThrowsAsync<MailException>(() => ChangeAsync(here, Secret, Another))).Error.Should().Be(MailError.TooManySignIns, "also with the right one");
        (await FindAsync(here.Token)).Should().NotBeNull("she reads on");
    }

    [Fact]
    public async Task The_right_one_costs_nothing()
    {
        var (here, old) = (await SignInAsync("anna", Secret), Secret);
        for (var i = 0; i < 30; i++)
        {
            here = here with { Token = (await ChangeAsync(here, old, $"horse number {i}"))!.Token };
            old = $"horse number {i}";
        }
    }

    [Fact]
    public async Task Who_came_by_a_device_or_the_common_password_has_none_to_change()
    {
        var phone = await _house.AddPhoneAsync("info", "anna");
        foreach (var session in (StartedWebSession[])[await SignInAsync(Info, phone.Password), await SignInAsync(Info, House.Password)])
            (await Assert.ThrowsAsync<MailException>(() => ChangeAsync(session, Secret, Another))).Error.Should().Be(MailError.NoPermission);
        await SignInAsync("anna", Secret);
    }

    [Fact]
    public async Task What_the_office_has_set_meanwhile_is_not_overwritten_by_who_has_lost_the_session()
    {
        var here = await SignInAsync("anna", Secret);
        var visitor = (await FindAsync(here.Token))!;
        await _house.People.SetPasswordAsync("anna", "of the office 3", None);

        (await Assert.ThrowsAsync<MailException>(() => Own.ChangeAsync(visitor, new PasswordChange("of the office 3", Another, "", Office), None)))
            .Error.Should().Be(MailError.Unavailable);

        await SignInAsync("anna", "of the office 3");
    }

    [Fact]
    public async Task The_journal_tells_it_and_no_password_is_in_it()
    {
        await ChangeAsync(await SignInAsync("anna", Secret), Secret, Another);

        var entry = (await _house.Get<IOfficeStore>().JournalAsync(new JournalRequest(10), None)).Should().ContainSingle().Which;
        entry.Should().Match<JournalEntry>(line => line.Who == "Anna" && line.Act == OwnPassword.Act && line.Subject == "anna"
            && line.Outcome == JournalOutcome.Done && line.Way == OfficeWay.Page && line.Address == "192.0.2.1");
        entry.ToString().Should().NotContain(Another).And.NotContain(Secret);
        new PasswordChange(Secret, Another, "123456", Office).ToString().Should().NotContain(Secret).And.NotContain(Another).And.NotContain("123456");
    }

    private Task<StartedWebSession> SignInAsync(string user, string password) => Sessions.SignInAsync(new WebSignIn(user, password, "Firefox", Office), None);

    private Task<WebVisitor?> FindAsync(string token) => Sessions.FindAsync(token, Office, None);

    private async Task<ChangedPassword?> ChangeAsync(StartedWebSession session, string old, string next, string code = "") =>
        await Own.ChangeAsync((await FindAsync(session.Token))!, new PasswordChange(old, next, code, Office), None);

    private async Task<IReadOnlyList<string>> TurnOnAsync(DevicePerson person)
    {
        var secret = SecondFactors.NewSecret();
        return (await Factors.TurnOnAsync(person, secret, OneTimeCode.At(secret, _house.Time.GetUtcNow().ToUnixTimeSeconds() / 30), None))!;
    }

    private async Task<bool> AddPasskeyAsync(DevicePerson person)
    {
        await Factors.PutPasskeyAsync(new Passkey("abc", person.Id, "Firefox", "{}", _house.Time.GetUtcNow(), null), None);
        return true;
    }
}
