using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>The pages as axe sees them, in both sizes: no violation.</summary>
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
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty("the door");
        await window.SignInAsync(_server, login, password);
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty("the list");
        await window.Row("Gita").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync("Gita");
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty("a message");
        await window.Page.Locator("[data-act=reply]").ClickAsync();
        await window.Page.Locator("form.composer").WaitForAsync();
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty("the composer");
        foreach (var page in new[] { "settings", "rules", "space", "contacts", "devices/new", "moving", "security", "help" })
        {
            await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/{page}", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
            (await Axe.CheckAsync(window.Page)).Should().BeEmpty(page);
        }
    }
}
