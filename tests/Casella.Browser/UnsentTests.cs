using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>What cannot be sent is said at once, in the composer, with everything still in it.</summary>
public sealed class UnsentTests(Chromium chromium)
{
    [Fact]
    public async Task A_mail_that_may_not_leave_stays_in_the_composer_and_then_goes_at_once_where_nothing_waits()
    {
        await using var server = await CasellaServer.StartAsync("--Limits:Submission:RecipientsPerDay=1", "--Limits:Web:SendDelay=0s");
        var office = await Office.OpenAsync(server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(server, login, password);
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync("luisa@elsewhere.test");
        await window.Page.Keyboard.PressAsync("Enter");
        await composer.Locator("[data-recipients=to] input").FillAsync("marco@elsewhere.test");
        await window.Page.Keyboard.PressAsync("Enter");
        await composer.Locator(".composer-subject").FillAsync("Convocazione");
        await composer.Locator("[data-compose=send]").ClickAsync();

        await Assertions.Expect(composer.Locator(".composer-error")).ToContainTextAsync("domani");
        await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync("Convocazione");
        await window.PictureAsync("unsent");

        await composer.Locator(".person button").First.ClickAsync();
        await composer.Locator("[data-compose=send]").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".notice")).ToContainTextAsync("Inviato.");
        await Assertions.Expect(window.Page.Locator(".notice-undo")).ToHaveCountAsync(0);
    }
}
