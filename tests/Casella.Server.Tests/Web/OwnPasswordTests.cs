using System.Net;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Formats.Codes;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.Web;

/// <summary>The page on which a person changes their password, as browsers and password managers meet it.</summary>
public sealed partial class OwnPasswordTests(WebHouse house) : IClassFixture<WebHouse>
{
    private const string Another = "another horse 9";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>W3C, A Well-Known URL for Changing Passwords: a redirect, and what is not there is not found.</summary>
    [Fact]
    public async Task A_password_manager_finds_the_page_and_by_the_door_comes_back_to_it()
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        var found = await browser.GetAsync("/.well-known/change-password");
        ((int)found.StatusCode).Should().BeOneOf(302, 303, 307);
        found.Headers.Location!.ToString().Should().Be("/password");
        (await browser.GetAsync("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200")).StatusCode.Should().Be(HttpStatusCode.NotFound);

        var door = (await browser.GetAsync("/password")).Headers.Location!.ToString();
        door.Should().Be("/sign-in?to=%2Fpassword");
        var fields = FieldsOf(await TextAsync(browser, door));
        var answer = await PostAsync(browser, "/sign-in", fields, ("user", login), ("password", WebHouse.Password));

        answer.Headers.Location!.ToString().Should().Be("/password");
        var page = await TextAsync(browser, "/password");
        page.Should().Contain("autocomplete=\"current-password\"").And.Contain("autocomplete=\"new-password\"").And.Contain($"value=\"{login}\"");
    }

    [Fact]
    public async Task The_way_back_goes_through_a_wrong_password_and_a_code()
    {
        var login = await house.AddPersonAsync();
        var paper = await TurnOnCodesAsync(login);
        using var browser = house.Open();

        var wrong = await PostAsync(browser, "/sign-in", FieldsOf(await TextAsync(browser, "/sign-in?to=%2Fpassword")), ("user", login), ("password", "wrong"));
        wrong.Headers.Location!.ToString().Should().Contain("why=ErrorSignInFailed").And.EndWith("&to=%2Fpassword");
        var code = await PostAsync(browser, "/sign-in", FieldsOf(await TextAsync(browser, wrong.Headers.Location.ToString())), ("user", login), ("password", WebHouse.Password));
        code.Headers.Location!.ToString().Should().Be("/sign-in/code?to=%2Fpassword");
        var again = await PostAsync(browser, "/sign-in/code", FieldsOf(await TextAsync(browser, "/sign-in/code?to=%2Fpassword")), ("code", "000000"));
        again.Headers.Location!.ToString().Should().Be("/sign-in/code?wrong=true&to=%2Fpassword");
        var entered = await PostAsync(browser, "/sign-in/code", FieldsOf(await TextAsync(browser, again.Headers.Location.ToString())), ("code", paper[0]));

        entered.Headers.Location!.ToString().Should().Be("/password");
    }

    [Theory]
    [InlineData("//evil.test/")]
    [InlineData("/\\evil.test/")]
    [InlineData("https://evil.test/")]
    [InlineData("/\t/evil.test/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/sign-in?to=/sign-in")]
    public async Task The_door_leads_to_nobody_elses_page(string to)
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        var page = await TextAsync(browser, $"/sign-in?to={Uri.EscapeDataString(to)}");
        page.Should().NotContain("evil.test");

        var answer = await PostAsync(browser, "/sign-in", FieldsOf(page), ("user", login), ("password", WebHouse.Password), ("to", to));

        answer.Headers.Location!.ToString().Should().Be("/");
    }

    [Fact]
    public async Task It_is_changed_and_whoever_has_the_cookie_of_before_is_out()
    {
        var login = await house.AddPersonAsync();
        using var here = house.Open();
        using var there = house.Open();
        using var thief = house.Open();
        await here.SignInAsync(login);
        await there.SignInAsync(login);
        thief.Plant("casella", here.Session!);

        var answer = await ChangeAsync(here, WebHouse.Password, Another);

        answer.Headers.Location!.ToString().Should().Be("/password?ended=1");
        (await here.IsInAsync()).Should().BeTrue();
        (await there.IsInAsync()).Should().BeFalse();
        (await thief.IsInAsync()).Should().BeFalse();
        WebUtility.HtmlDecode(await TextAsync(here, "/password?ended=1")).Should().Contain("La password è cambiata.").And.Contain("1 altro browser è stato disconnesso.")
            .And.Contain("password proprie e continuano");
        (await there.SignInAsync(login)).Headers.Location!.ToString().Should().Contain("why=ErrorSignInFailed");
        (await there.SignInAsync(login, Another)).Headers.Location!.ToString().Should().Be("/");
        (await TextAsync(here, "/settings")).Should().Contain("href=\"/password\"");
    }

    [Theory]
    [InlineData("wrong", Another, Another, "OwnPasswordWrong")]
    [InlineData(WebHouse.Password, Another, "another horse 8", "WelcomeNotTheSame")]
    [InlineData(WebHouse.Password, "short", "short", "OfficeRulePassword")]
    [InlineData("", Another, Another, "OwnPasswordWrong")]
    public async Task What_is_wrong_is_said_and_changes_nothing(string old, string next, string again, string why)
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        await browser.SignInAsync(login);
        var session = browser.Session;

        var answer = await ChangeAsync(browser, old, next, again);

        answer.Headers.Location!.ToString().Should().Be($"/password?why={why}");
        browser.Session.Should().Be(session);
        (await TextAsync(browser, $"/password?why={why}")).Should().Contain("role=\"alert\"");
        (await browser.SignInAsync(login)).Headers.Location!.ToString().Should().Be("/");
    }

    [Fact]
    public async Task With_codes_the_page_asks_for_one()
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        await browser.SignInAsync(login);
        var paper = await TurnOnCodesAsync(login);
        (await TextAsync(browser, "/password")).Should().Contain("name=\"code\"");

        (await ChangeAsync(browser, WebHouse.Password, Another)).Headers.Location!.ToString().Should().Be("/password?why=CodeWrong");
        (await ChangeAsync(browser, WebHouse.Password, Another, code: paper[0])).Headers.Location!.ToString().Should().Be("/password?ended=0");
    }

    [Theory]
    [InlineData("https://evil.test", true)]
    [InlineData(null, false)]
    public async Task A_page_of_somebody_else_changes_no_password(string? origin, bool hasToken)
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        await browser.SignInAsync(login);
        using var form = new FormUrlEncodedContent([new("old", WebHouse.Password), new("password", Another), new("again", Another)]);

        await browser.PostAsync("/password/change", form, origin, hasToken ? await browser.TokenAsync() : null);

        (await browser.SignInAsync(login)).Headers.Location!.ToString().Should().Be("/");
        using var stranger = house.Open();
        using var nobody = new FormUrlEncodedContent([new("old", WebHouse.Password), new("password", Another), new("again", Another)]);
        (await stranger.PostAsync("/password/change", nobody)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    private static async Task<HttpResponseMessage> ChangeAsync(WebHouse.Browser browser, string old, string next, string? again = null, string code = "") =>
        await PostAsync(browser, "/password/change", FieldsOf(await TextAsync(browser, "/password")), ("old", old), ("password", next), ("again", again ?? next), ("code", code));

    /// <summary>The form as the page has it, with what somebody types.</summary>
    private static async Task<HttpResponseMessage> PostAsync(
        WebHouse.Browser browser, string path, Dictionary<string, string> fields, params (string Name, string Value)[] typed)
    {
        foreach (var (name, value) in typed)
            fields[name] = value;
        using var form = new FormUrlEncodedContent(fields);
        return await browser.PostAsync(path, form);
    }

    private static Dictionary<string, string> FieldsOf(string page) => HiddenField().Matches(page)
        .ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value), StringComparer.Ordinal);

    private static async Task<string> TextAsync(WebHouse.Browser browser, string path) => await (await browser.GetAsync(path)).Content.ReadAsStringAsync(Stop);

    private async Task<IReadOnlyList<string>> TurnOnCodesAsync(string login)
    {
        var sessions = house.Services.GetRequiredService<WebSessions>();
        var session = await sessions.SignInAsync(new WebSignIn(login, WebHouse.Password, "Firefox", IPAddress.Loopback), Stop);
        var visitor = (await sessions.FindAsync(session.Token, IPAddress.Loopback, Stop))!;
        await sessions.EndAsync(visitor, visitor.Session, Stop);
        var secret = SecondFactors.NewSecret();
        return (await house.Services.GetRequiredService<SecondFactors>()
            .TurnOnAsync(visitor.Person!, secret, OneTimeCode.At(secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30), Stop))!;
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex HiddenField();
}
