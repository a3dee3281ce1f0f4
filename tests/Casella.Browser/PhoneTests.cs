using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>The smallest telephones in use: nothing runs out of the screen, with the longest names there are.</summary>
public sealed class PhoneTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData(360, "it")]
    [InlineData(320, "it")]
    [InlineData(320, "en")]
    public async Task No_page_scrolls_sideways(int width, string language)
    {
        var office = await Office.OpenAsync(_server);
        var endless = new string('x', 90);
        await office.ReceiveAsync(
            Office.Letter("Associazione di volontariato della protezione civile di Castelnuovo di Garfagnana", $"Oggetto {endless}", $"https://example.org/{endless}{endless}\n\n{endless}{endless}"),
            Office.Letter("Marco", "Breve", "ciao", $"<table width=\"1400\"><tr><td>{endless}</td></tr></table>"));
        var (login, password) = await office.AddPersonAsync("Maria Antonietta Della Valle", language: language);
        await using var window = await chromium.OpenAsync(isPhone: true, language is "it" ? "it-IT" : "en-GB", width);
        var page = window.Page;
        await page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await CheckAsync(page, width, "door");
        await window.SignInAsync(_server, login, password);
        await CheckAsync(page, width, "list");
        await window.PictureAsync($"w{width}-{language}-list");
        await page.Locator(".list-bar details.menu summary").ClickAsync();
        await CheckAsync(page, width, "filters");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator(".list-bar details.menu summary").EvaluateAsync("menu => { menu.parentElement.open = false; }");
        await page.Locator("[data-drawer=open]").ClickAsync();
        await CheckAsync(page, width, "drawer");
        await page.Locator(".folder").First.ClickAsync();
        await window.Row("Oggetto").TapAsync();
        await page.Locator(".mail-head h1").WaitForAsync();
        await CheckAsync(page, width, "message");
        await window.PictureAsync($"w{width}-{language}-mail");
        await page.Locator("[data-act=reply]").ClickAsync();
        await page.Locator("form.composer").WaitForAsync();
        await CheckAsync(page, width, "composer");
        await window.PictureAsync($"w{width}-{language}-composer");
        await page.Locator(".composer-send summary").ClickAsync();
        await CheckAsync(page, width, "send later");
        await page.Locator(".composer-send summary").ClickAsync();
        await page.Locator("[data-templates] > summary").ClickAsync();
        await CheckAsync(page, width, "templates");
        foreach (var path in (string[])["settings", "rules", "space", "contacts", "devices/new", "moving", "help", "security"])
        {
            await page.GotoAsync($"https://localhost:{_server.Ports.Https}/{path}", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
            await CheckAsync(page, width, path);
            await window.PictureAsync($"w{width}-{language}-{path.Replace('/', '-')}");
        }
    }

    /// <summary>Neither the page nor anything that is shown on it, but what scrolls by itself on purpose.</summary>
    private static async Task CheckAsync(IPage page, int width, string where)
    {
        (await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")).Should().BeLessThanOrEqualTo(width, where);
        var outside = await page.EvaluateAsync<string[]>(
            """
            width => [...document.querySelectorAll('body *')].filter(one => {
              const box = one.getBoundingClientRect(), style = getComputedStyle(one);
              if (!box.width || !box.height || style.visibility === 'hidden' || one.closest('[hidden], [inert], .side, option')) return false;
              for (let up = one.parentElement; up; up = up.parentElement) if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX)) return false;
              return box.right > width + 1 || box.left < -1;
            }).map(one => `${one.tagName}.${one.className} ${one.textContent.slice(0, 40)}`)
            """, width);
        outside.Should().BeEmpty(where);
    }
}
