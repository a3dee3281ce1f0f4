using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>The pages as axe sees them, in both sizes, by day and at night: no violation.</summary>
public sealed class AccessibilityTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_page_keeps_anybody_out(bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(
            Office.Letter("Marco", "Gita", "Ciao a tutti"), Office.Letter("Luisa", "Turni", "Ecco i turni", "<p>Ecco i <b>turni</b></p>"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(isPhone);
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        (await Axe.CheckDayAndNightAsync(window.Page)).Should().BeEmpty("the door");
        await window.SignInAsync(_server, login, password);
        (await Axe.CheckDayAndNightAsync(window.Page)).Should().BeEmpty("the list");
        await window.Row("Gita").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync("Gita");
        (await Axe.CheckDayAndNightAsync(window.Page)).Should().BeEmpty("a message");
        await window.Page.Locator("[data-act=reply]").ClickAsync();
        await window.Page.Locator("form.composer").WaitForAsync();
        (await Axe.CheckDayAndNightAsync(window.Page)).Should().BeEmpty("the composer");
        foreach (var page in new[] { "settings", "rules", "space", "contacts", "devices/new", "moving", "security", "help" })
        {
            await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/{page}", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
            (await Axe.CheckDayAndNightAsync(window.Page)).Should().BeEmpty(page);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_sheet_panel_or_menu_keeps_anybody_out(bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        var letter = Office.Letter("Luisa", "Turni", "Ecco i turni\n\n> una riga\n> citata");
        var body = new BodyBuilder { TextBody = "Ecco i turni\n\n> una riga\n> citata" };
        body.Attachments.Add("turni.txt", "lunedì"u8.ToArray());
        letter.Body = body.ToMessageBody();
        await office.ReceiveAsync(Office.Letter("Marco", "Gita", "Ciao"), letter);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(isPhone);
        await window.SignInAsync(_server, login, password);
        var page = window.Page;
        await ThenAsync(page, ".top details.menu > summary", ".top .menu-body");
        await page.Locator(".top details.menu > summary").ClickAsync();
        await page.Keyboard.PressAsync("?");
        await ThenAsync(page, null, "#keys[open]");
        await page.Keyboard.PressAsync("Escape");
        if (isPhone)
            await page.Locator("[data-drawer=open]").ClickAsync();
        await page.Locator(".folder[data-folder]").Last.HoverAsync();
        await ThenAsync(page, ".folder-more >> nth=-1", "dialog.sheet[open] .sheet-acts");
        await page.Locator("dialog.sheet[open] [data-close]").ClickAsync();
        await window.Row("Gita").Locator("[data-row-act=delete]").DispatchEventAsync("click");
        await ThenAsync(page, null, ".notice");
        await window.Row("Turni").ClickAsync();
        await ThenAsync(page, "button[aria-label=Storia]", ".story");
        await ThenAsync(page, ".mail-bar-right details.menu >> nth=0", ".mail-bar-right details[open] .menu-body");
        await page.Locator(".mail-bar-right details.menu > summary").First.ClickAsync();
        await ThenAsync(page, "button.file-view", ".document-body");
    }

    /// <param name="press">What opens it; null where it is open.</param>
    private static async Task ThenAsync(IPage page, string? press, string shown)
    {
        if (press is not null)
            await page.Locator(press).ClickAsync();
        await Assertions.Expect(page.Locator(shown).First).ToBeVisibleAsync();
        (await Axe.CheckDayAndNightAsync(page)).Should().BeEmpty(shown);
    }
}
