using System.Net;
using AwesomeAssertions;

namespace Casella.Server.Tests.Web;

/// <summary>The inbox as the answer to the form at the door, for the script that asks for it (ADR 0061).</summary>
public sealed class InboxAnswerTests(WebHouse house) : IClassFixture<WebHouse>
{
    private const string Preference = "return=representation";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_prefers_it_gets_the_inbox_at_once()
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();

        using var answer = await browser.SignInAsync(login, preference: Preference);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentLocation.Should().Be(new Uri("/", UriKind.Relative));
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        answer.Headers.GetValues("Content-Security-Policy").Should().ContainSingle();
        var page = await answer.Content.ReadAsStringAsync(Stop);
        page.Should().Contain("id=\"desk\"").And.Contain("<html lang=\"it\"").And.Contain(WebHouse.Mailbox);
        (await browser.IsInAsync()).Should().BeTrue();
    }

    /// <summary>The page's forms speak for who has signed in, not for the stranger whose request it was.</summary>
    [Fact]
    public async Task Its_forms_are_those_of_who_has_signed_in()
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        using var answer = await browser.SignInAsync(login, preference: Preference);
        var token = WebHouse.Browser.TokenIn(await answer.Content.ReadAsStringAsync(Stop));

        using var left = await browser.PostAsync("/sign-out", new FormUrlEncodedContent([]), token: token);

        left.StatusCode.Should().Be(HttpStatusCode.Redirect);
        (await browser.IsInAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task The_language_chosen_at_the_door_is_the_page_s()
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        await browser.GetAsync("/language/en");

        using var answer = await browser.SignInAsync(login, preference: Preference);

        (await answer.Content.ReadAsStringAsync(Stop)).Should().Contain("<html lang=\"en\"");
    }

    [Theory]
    [InlineData(null, WebHouse.Password, null, "/")]
    [InlineData("respond-async", WebHouse.Password, null, "/")]
    [InlineData(Preference, WebHouse.Password, "/settings", "/settings")]
    [InlineData(Preference, "wrong", null, "/sign-in?why=ErrorSignInFailed")]
    public async Task Everybody_else_is_led_to_a_page(string? preference, string password, string? to, string page)
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();

        using var answer = await browser.SignInAsync(login, password, to, preference);

        answer.StatusCode.Should().Be(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().Should().StartWith(page);
        answer.Content.Headers.ContentLocation.Should().BeNull();
    }

    [Fact]
    public async Task Where_a_code_is_wanted_the_password_alone_shows_no_inbox()
    {
        var login = await house.AddPersonAsync();
        await house.TurnOnCodesAsync(login);
        using var browser = house.Open();

        using var answer = await browser.SignInAsync(login, preference: Preference);

        answer.Headers.Location!.ToString().Should().Be("/sign-in/code");
        (await browser.IsInAsync()).Should().BeFalse();
    }
}
