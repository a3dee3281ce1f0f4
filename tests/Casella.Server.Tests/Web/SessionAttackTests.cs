using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AwesomeAssertions;
using Casella.Core.Directory;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.Web;

/// <summary>Attacks on the session and on forms: a planted cookie, a kept one, a page of somebody else's.</summary>
public sealed class SessionAttackTests(WebHouse house) : IClassFixture<WebHouse>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cookie_that_was_planted_before_opens_nothing_after()
    {
        var login = await house.AddPersonAsync();
        var planted = new string('a', 64);
        using var browser = house.Open();
        browser.Plant("casella", planted);

        (await browser.SignInAsync(login)).StatusCode.Should().Be(HttpStatusCode.Redirect);

        browser.Session.Should().NotBe(planted).And.HaveLength(64);
        (await browser.IsInAsync()).Should().BeTrue();
        using var thief = house.Open();
        thief.Plant("casella", planted);
        (await thief.IsInAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task Each_sign_in_has_a_token_of_its_own_and_the_cookie_is_for_nobody_else()
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        var answer = await browser.SignInAsync(login);
        var first = browser.Session;
        await browser.SignInAsync(login);

        browser.Session.Should().NotBe(first);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(line => line.StartsWith("casella=", StringComparison.Ordinal));
        cookie.ToLowerInvariant().Should().Contain("httponly").And.Contain("samesite=strict").And.Contain("path=/").And.NotContain("domain=");
        answer.Headers.Location!.ToString().Should().Be("/", "no token in an address");
        (await browser.GetAsync("/settings")).Headers.GetValues("Referrer-Policy").Should().Equal("same-origin");
    }

    [Fact]
    public async Task Between_password_and_code_nothing_is_open_and_the_code_changes_the_token()
    {
        var login = await house.AddPersonAsync();
        var paper = await house.TurnOnCodesAsync(login);
        using var browser = house.Open();
        (await browser.SignInAsync(login)).Headers.Location!.ToString().Should().Be("/sign-in/code");
        browser.Session.Should().BeNull();
        using var waiting = await browser.GetAsync("/sign-in/code");
        var page = await waiting.Content.ReadAsStringAsync(Stop);
        var token = page.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        using var thief = house.Open();
        foreach (Cookie cookie in browser.Cookies)
            thief.Plant("casella", cookie.Value);
        (await thief.IsInAsync()).Should().BeFalse("what waits for a code is no session");

        await browser.PostAsync("/sign-in/code", new FormUrlEncodedContent([new("code", paper[0]), new("__RequestVerificationToken", token)]));

        browser.Session.Should().HaveLength(64);
        (await browser.IsInAsync()).Should().BeTrue();
    }

    /// <summary>What ends a session ends the very next request that comes with its cookie.</summary>
    [Theory]
    [InlineData("sign out")]
    [InlineData("password")]
    [InlineData("leaves")]
    [InlineData("signed out elsewhere")]
    public async Task A_cookie_that_somebody_has_kept_is_worth_nothing(string end)
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        await browser.SignInAsync(login);
        using var thief = house.Open();
        thief.Plant("casella", browser.Session!);
        (await thief.IsInAsync()).Should().BeTrue();
        var people = house.Services.GetRequiredService<People>();

        if (end is "sign out")
            await browser.PostAsync("/sign-out", new FormUrlEncodedContent([]), token: await browser.TokenAsync());
        else if (end is "password")
            await people.SetPasswordAsync(login, "another horse 9", Stop);
        else if (end is "leaves")
            await people.LeaveAsync(login, Stop);
        else
            await EndElsewhereAsync(browser);

        (await thief.IsInAsync()).Should().BeFalse();
        (await thief.PostAsync("/compose/save", Json("{}"))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Who_is_no_member_any_more_reads_nothing_with_an_open_session()
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        await browser.SignInAsync(login);
        var account = (await house.VisitorAsync(browser.Session!)).Mailboxes[0].Account.Value;
        (await browser.GetAsync($"/compose/templates?account={account}")).StatusCode.Should().Be(HttpStatusCode.OK);

        await house.Services.GetRequiredService<People>().RemoveMemberAsync(WebHouse.Mailbox, login, Stop);

        (await browser.GetAsync($"/compose/templates?account={account}")).StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        (await browser.GetAsync($"/m/{account}/1/source")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    /// <summary>The cookie goes along, and still nothing happens: by the origin, by the token, by both.</summary>
    [Theory]
    [InlineData("https://evil.test", true, HttpStatusCode.Forbidden)]
    [InlineData("null", true, HttpStatusCode.Forbidden)]
    [InlineData("https://evil.test", false, HttpStatusCode.Forbidden)]
    [InlineData(null, false, HttpStatusCode.BadRequest)]
    public async Task A_page_of_somebody_else_changes_nothing(string? origin, bool hasToken, HttpStatusCode refused)
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        await browser.SignInAsync(login);
        var token = hasToken ? await browser.TokenAsync() : null;
        string[] paths = ["/compose/save", "/compose/send", "/compose/discard", "/compose/upload?name=x", "/push/subscribe", "/push/remove", "/language", "/zone", "/sign-out"];

        foreach (var path in paths)
        {
            HttpContent content = path is "/language" or "/zone" or "/sign-out" ? new FormUrlEncodedContent([new("tag", "en")])
                : path.StartsWith("/compose/upload", StringComparison.Ordinal) ? new StringContent("x", Encoding.UTF8, "text/plain") : Json("{\"endpoint\":\"\",\"p256dh\":\"\",\"auth\":\"\",\"boxes\":[]}");
            (await browser.PostAsync(path, content, origin, token)).StatusCode.Should().Be(refused, path);
        }

        (await browser.IsInAsync()).Should().BeTrue();
    }

    /// <summary>With the right token: nothing else is wrong with it.</summary>
    [Theory]
    [InlineData("/contacts/import")]
    [InlineData("/devices/profile")]
    public async Task A_body_that_is_no_form_or_breaks_off_is_refused_in_words(string path)
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        await browser.SignInAsync(login);
        var token = await browser.TokenAsync();
        using var cut = new StringContent("--x\r\nContent-Disposition: form-data; name=\"box\"\r\n\r\n1");
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        foreach (var content in new HttpContent[] { Json("{}"), cut })
        {
            using var answer = await browser.PostAsync(path, content, token: token);
            answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync(Stop)).Should().Be("Quello che è arrivato non è un modulo: torna alla pagina e invialo di nuovo.");
        }
    }

    [Fact]
    public async Task Nobody_is_signed_in_from_elsewhere_and_nobody_may_read_from_elsewhere()
    {
        var login = await house.AddPersonAsync();
        using var browser = house.Open();
        using var form = new FormUrlEncodedContent([new("user", login), new("password", WebHouse.Password)]);
        (await browser.PostAsync("/sign-in", form, "https://evil.test")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        using var again = new FormUrlEncodedContent([new("user", login), new("password", WebHouse.Password)]);
        (await browser.PostAsync("/sign-in", again)).Headers.Location!.ToString().Should().Contain("why=ErrorForm");
        browser.Session.Should().BeNull();

        await browser.SignInAsync(login);
        foreach (var path in (string[])["/settings", "/api/v1/mailboxes", "/compose/templates?account=1"])
        {
            using var asked = new HttpRequestMessage(HttpMethod.Options, path);
            asked.Headers.Add("Origin", "https://evil.test");
            asked.Headers.Add("Access-Control-Request-Method", "POST");
            var answer = await browser.SendAsync(asked);
            answer.Headers.Contains("Access-Control-Allow-Origin").Should().BeFalse(path);
            answer.Headers.GetValues("Cross-Origin-Resource-Policy").Should().Equal("same-origin");
        }

        using var socket = new HttpRequestMessage(HttpMethod.Get, "/_blazor?id=x");
        socket.Headers.Add("Origin", "https://evil.test");
        (await browser.SendAsync(socket)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    private async Task EndElsewhereAsync(WebHouse.Browser browser)
    {
        var visitor = await house.VisitorAsync(browser.Session!);
        await house.Services.GetRequiredService<WebSessions>().EndAsync(visitor, visitor.Session, Stop);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
