using System.Net;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Formats.Codes;

namespace Casella.Core.Tests.Directory;

public sealed class SecondFactorTests : IAsyncLifetime
{
    private const string Secret = "correct horse anna 7";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.1");
    private House _house = null!;
    private DevicePerson _anna = null!;

    private WebSessions Sessions => _house.Get<WebSessions>();
    private SecondFactors Factors => _house.Get<SecondFactors>();
    private long Step => _house.Time.GetUtcNow().ToUnixTimeSeconds() / 30;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        await _house.People.AddAsync(new PersonToAdd("Anna", "anna", Language.Italian, Secret), House.Cancelled);
        await _house.People.SetMemberAsync("info@example.test", "anna", MemberRights.All, House.Cancelled);
        _anna = (await Sessions.FindAsync((await SignInAsync()).Token, Office, House.Cancelled))!.Person!;
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_password_alone_opens_nothing_any_more()
    {
        var (secret, _) = await TurnOnAsync();

        var waiting = await SignInAsync();

        waiting.NeedsCode.Should().BeTrue();
        (await Sessions.FindAsync(waiting.Token, Office, House.Cancelled)).Should().BeNull("it has not begun");
        await RefusedAsync(waiting, OneTimeCode.At(secret, Step), "the code that has turned it on is used");
        _house.Time.Advance(TimeSpan.FromSeconds(30));
        var session = await Sessions.FinishAsync(waiting.Token, OneTimeCode.At(secret, Step), Office, House.Cancelled);
        (await Sessions.FindAsync(session.Token, Office, House.Cancelled))!.Person!.Name.Should().Be("Anna");
        await RefusedAsync(await SignInAsync(), OneTimeCode.At(secret, Step), "no code is good twice");
    }

    [Fact]
    public async Task A_code_on_paper_is_good_once()
    {
        var (_, paper) = await TurnOnAsync();

        var session = await Sessions.FinishAsync((await SignInAsync()).Token, paper[0].ToUpperInvariant(), Office, House.Cancelled);

        session.NeedsCode.Should().BeFalse();
        await RefusedAsync(await SignInAsync(), paper[0], "it is used");
        (await Factors.StatusAsync(_anna, House.Cancelled))!.RecoveryLeft.Should().Be(paper.Count - 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_many_who_come_with_one_code_at_once_one_gets_in(bool onPaper)
    {
        var (secret, paper) = await TurnOnAsync();
        _house.Time.Advance(TimeSpan.FromSeconds(30));
        var code = onPaper ? paper[0] : OneTimeCode.At(secret, Step);
        var waiting = new List<StartedWebSession>();
        for (var i = 0; i < 8; i++)
            waiting.Add(await SignInAsync());

        var entered = await Task.WhenAll(waiting.Select(one => Task.Run(() => IsInAsync(one, code))));

        entered.Count(isIn => isIn).Should().Be(1);
    }

    [Fact]
    public async Task Tries_and_time_are_limited()
    {
        await TurnOnAsync();
        var waiting = await SignInAsync();
        for (var i = 0; i < 5; i++)
            await RefusedAsync(waiting, "000000", "it is wrong");
        await GoneAsync(waiting);

        waiting = await SignInAsync();
        _house.Time.Advance(TimeSpan.FromMinutes(6));
        await GoneAsync(waiting);
    }

    [Fact]
    public async Task A_wrong_code_turns_nothing_on_and_a_new_password_turns_all_off()
    {
        (await Factors.TurnOnAsync(_anna, SecondFactors.NewSecret(), "000000x", House.Cancelled)).Should().BeNull();
        await TurnOnAsync();
        await Factors.PutPasskeyAsync(new Passkey("abc", _anna.Id, "Telefono", "{}", _house.Time.GetUtcNow(), null), House.Cancelled);
        (await Factors.FindPasskeyAsync("abc", House.Cancelled))!.Person.Should().Be(_anna.Id);

        await _house.People.SetPasswordAsync("anna", Secret, House.Cancelled);

        (await SignInAsync()).NeedsCode.Should().BeFalse();
        (await Factors.PasskeysAsync(_anna.Id, House.Cancelled)).Should().BeEmpty();
    }

    private async Task<(byte[] Secret, IReadOnlyList<string> Paper)> TurnOnAsync()
    {
        var secret = SecondFactors.NewSecret();
        return (secret, (await Factors.TurnOnAsync(_anna, secret, OneTimeCode.At(secret, Step), House.Cancelled))!);
    }

    private Task<StartedWebSession> SignInAsync() => Sessions.SignInAsync(new WebSignIn("anna", Secret, "Firefox", Office), House.Cancelled);

    private async Task<bool> IsInAsync(StartedWebSession waiting, string code)
    {
        try
        {
            return !(await Sessions.FinishAsync(waiting.Token, code, Office, House.Cancelled)).NeedsCode;
        }
        catch (MailException refused) when (refused.Error is MailError.SignInFailed)
        {
            return false;
        }
    }

    private async Task RefusedAsync(StartedWebSession waiting, string code, string why) =>
        (await FluentActions.Invoking(() => Sessions.FinishAsync(waiting.Token, code, Office, House.Cancelled)).Should().ThrowAsync<MailException>(why)).Which.Error.Should().Be(MailError.SignInFailed);

    private async Task GoneAsync(StartedWebSession waiting) =>
        (await FluentActions.Invoking(() => Sessions.FinishAsync(waiting.Token, "000000", Office, House.Cancelled)).Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchDevice);
}
