using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Anna changes her password at her desk; her browser elsewhere is out, her telephone goes on.</summary>
public sealed class OwnPasswordTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    [Fact]
    public async Task A_person_changes_their_password_and_the_other_browser_is_out()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var desk = await chromium.OpenAsync();
        await using var elsewhere = await chromium.OpenAsync(isPhone: true);
        await desk.SignInAsync(_server, login, password);
        await elsewhere.SignInAsync(_server, login, password);

        await desk.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/settings");
        await desk.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Cambia la password" }).ClickAsync();
        await FillAsync(desk, "not hers", "another horse 9");
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("è sbagliata");
        await desk.PictureAsync("password-wrong");
        await FillAsync(desk, password, "another horse 9");

        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("1 altro browser è stato disconnesso.");
        await desk.PictureAsync("password-done");
        await Assertions.Expect(elsewhere.Page).ToHaveURLAsync(new Regex("/sign-in\\?why=EndElsewhere$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await desk.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await desk.ReadyAsync();
        await elsewhere.SignInAsync(_server, login, "another horse 9");
        desk.Errors.Should().BeEmpty();
    }

    private static async Task FillAsync(Window window, string old, string next)
    {
        await window.Page.Locator("input[name=old]").FillAsync(old);
        await window.Page.Locator("input[name=password]").FillAsync(next);
        await window.Page.Locator("input[name=again]").FillAsync(next);
        await window.Page.Locator(".card-form button[type=submit]").ClickAsync();
    }
}
