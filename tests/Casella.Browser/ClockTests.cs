using System.Globalization;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Times are told by the reader's clock: the device's, or the one that was chosen.</summary>
public sealed class ClockTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData("Asia/Tokyo", false)]
    [InlineData("America/St_Johns", true)]
    public async Task A_device_has_its_own_clock(string zone, bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Ora", "che ora è"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(isPhone, zone: zone);
        await window.SignInAsync(_server, login, password);

        await Assertions.Expect(window.Row("Ora").Locator(".row-time")).ToHaveTextAsync(Clock(zone));
        await window.Row("Ora").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".mail-time")).ToContainTextAsync(Clock(zone));
    }

    [Fact]
    public async Task Another_clock_can_be_chosen_and_every_page_obeys()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Ora", "che ora è"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(zone: "Asia/Tokyo");
        await window.SignInAsync(_server, login, password);
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/settings", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await window.Page.Locator("select[name=zone]").SelectOptionAsync("Pacific/Auckland");
        await window.Page.Locator("form[action='/zone'] button").ClickAsync();

        await Assertions.Expect(window.Page.Locator("select[name=zone]")).ToHaveValueAsync("Pacific/Auckland");
        await Assertions.Expect(window.Page.Locator("form[action='/zone'] small")).ToContainTextAsync("Pacific/Auckland");
        // When this browser was last here, in the list of browsers.
        await Assertions.Expect(window.Page.Locator("[aria-labelledby=browsers] small").First).ToContainTextAsync(Clock("Pacific/Auckland"));
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await window.ReadyAsync();
        await Assertions.Expect(window.Row("Ora").Locator(".row-time")).ToHaveTextAsync(Clock("Pacific/Auckland"));
        await window.Row("Ora").ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Storia" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator(".story time").First).ToContainTextAsync(Clock("Pacific/Auckland"));
        window.Errors.Should().BeEmpty();
    }

    /// <summary>Now there, or a minute or two ago.</summary>
    private static Regex Clock(string zone)
    {
        var there = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById(zone));
        return new($"({string.Join('|', Enumerable.Range(-1, 5).Select(ago => there.AddMinutes(-ago).ToString("HH:mm", CultureInfo.InvariantCulture)))})", RegexOptions.None, TimeSpan.FromSeconds(1));
    }
}
