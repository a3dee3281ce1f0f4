using System.Collections.Concurrent;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>The door becomes the inbox without a page being loaded (ADR 0061), and where it cannot, the inbox is loaded.</summary>
public sealed class DoorTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private string Site => $"https://localhost:{_server.Ports.Https}/";

    [Fact]
    public async Task Signing_in_loads_no_page()
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        var pages = PagesOf(window.Page);

        await window.SignInAsync(_server, login, password);

        pages.Should().ContainSingle().Which.Should().EndWith("/sign-in");
        window.Page.Url.Should().Be(Site);
        (await window.Page.TitleAsync()).Should().Be("Casella");
        await Assertions.Expect(window.Page.Locator(".door")).ToBeHiddenAsync();
        await Assertions.Expect(window.Page.Locator("#list")).ToBeFocusedAsync();
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task What_has_become_the_inbox_is_one()
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);

        await window.Row("Bilancio").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync("Bilancio");
        // A draft is kept by our own endpoints, which want the token of who is signed in.
        await window.Page.Locator(".compose-new").ClickAsync();
        await window.Page.Locator(".composer-subject").FillAsync("Verbale");
        await Assertions.Expect(window.Page.Locator(".composer-state").First).ToContainTextAsync("Salvato");
        await window.Page.ReloadAsync();
        await window.ReadyAsync();
        window.Page.Url.Should().Be(Site);
        window.Errors.Should().BeEmpty();
    }

    /// <summary>Links from it lead on as from a page that was loaded, and the password that was typed is nowhere.</summary>
    [Theory]
    [InlineData("/settings")]
    [InlineData("/rules")]
    [InlineData("/contacts")]
    public async Task From_it_one_goes_to_the_other_pages_and_back(string to)
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        (await window.Page.EvaluateAsync<string>("() => document.querySelector('input[name=password]')?.value ?? ''")).Should().BeEmpty();

        await window.Page.EvaluateAsync($"() => document.querySelector('a[href^=\"{to}\"]').click()");
        await window.Page.Locator(".page[data-ready]").WaitForAsync();
        await Assertions.Expect(window.Page.Locator(".door")).ToHaveCountAsync(0);
        await window.Page.GetByLabel("Torna alla posta").ClickAsync();

        await window.ReadyAsync();
        await Assertions.Expect(window.Row("Bilancio")).ToBeVisibleAsync();
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Back_does_not_lead_to_the_door()
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{Site}help");
        await window.SignInAsync(_server, login, password);

        await window.Page.GoBackAsync();

        window.Page.Url.Should().Be($"{Site}help");
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_the_right_one_opens()
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync(Site);
        await window.EnterAsync(login, "wrong");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("password");

        await window.EnterAsync(login, password);

        await window.ReadyAsync();
    }

    /// <summary>Without the script the form is a form.</summary>
    [Theory]
    [InlineData("**/door.js")]
    [InlineData("**/early.js")]
    [InlineData("**/blazor.web.js")]
    public async Task Where_a_script_is_missing_the_inbox_is_loaded(string script)
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        var pages = PagesOf(window.Page);
        await window.Page.RouteAsync(script, route => pages.Count < 2 ? route.AbortAsync() : route.ContinueAsync());

        await window.SignInAsync(_server, login, password);

        pages.Should().HaveCountGreaterThan(1);
    }

    [Fact]
    public async Task What_fails_on_the_way_is_loaded()
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        var pages = PagesOf(window.Page);
        await window.Page.RouteAsync("**/webmail.js", route => pages.Count < 2 ? route.AbortAsync() : route.ContinueAsync());

        await window.SignInAsync(_server, login, password);

        pages.Should().HaveCount(2);
        window.Page.Url.Should().Be(Site);
    }

    [Fact]
    public async Task A_server_that_was_renewed_meanwhile_has_its_page_loaded()
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        var pages = PagesOf(window.Page);
        await window.Page.RouteAsync("**/sign-in", async route =>
        {
            var answer = await route.FetchAsync();
            var page = await answer.TextAsync();
            await route.FulfillAsync(new RouteFulfillOptions
            {
                Response = answer,
                Body = route.Request.Method is "POST" ? page.Replace("/a/", "/a/0", StringComparison.Ordinal) : page,
            });
        });

        await window.SignInAsync(_server, login, password);

        pages.Should().HaveCount(2);
    }

    [Fact]
    public async Task Far_from_the_server_the_inbox_is_seen_before_it_is_live()
    {
        var (login, password) = await AnnaAsync();
        await using var window = await chromium.OpenAsync();
        // A connection that nobody answers.
        await window.Page.RouteWebSocketAsync("**/_blazor", _ => { });
        await window.Page.GotoAsync(Site);
        await window.EnterAsync(login, password);

        await Assertions.Expect(window.Row("Bilancio")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator(".door")).ToBeHiddenAsync();
        await Assertions.Expect(window.Page.Locator("#desk[data-ready]")).ToHaveCountAsync(0);
    }

    private async Task<(string Login, string Password)> AnnaAsync()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Bilancio", "ciao"));
        return await office.AddPersonAsync("Anna");
    }

    /// <summary>Addresses of the documents that the window has loaded.</summary>
    private static ConcurrentQueue<string> PagesOf(IPage page)
    {
        var pages = new ConcurrentQueue<string>();
        page.Response += (_, response) =>
        {
            if (response.Request.IsNavigationRequest && response.Request.Frame == page.MainFrame && response.Ok)
                pages.Enqueue(response.Url);
        };
        return pages;
    }
}
