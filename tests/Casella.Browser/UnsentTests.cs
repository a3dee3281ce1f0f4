using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>What could not leave after its time to be called back is told to its writer, and its draft is there.</summary>
public sealed class UnsentTests(Chromium chromium)
{
    [Fact]
    public async Task A_mail_that_could_not_leave_is_told_and_opened_again()
    {
        await using var server = await CasellaServer.StartAsync("--Limits:Submission:RecipientsPerDay=1", "--Limits:Web:SendDelay=1s");
        var office = await Office.OpenAsync(server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(server, login, password);
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync("luisa@example.org");
        await window.Page.Keyboard.PressAsync("Enter");
        await composer.Locator("[data-recipients=to] input").FillAsync("marco@example.org");
        await window.Page.Keyboard.PressAsync("Enter");
        await composer.Locator(".composer-subject").FillAsync("Convocazione");
        await composer.Locator("[data-compose=send]").ClickAsync();

        var notice = window.Page.Locator(".notice[data-error]");
        await Assertions.Expect(notice).ToContainTextAsync("«Convocazione» non è partito");
        await window.PictureAsync("unsent");
        await notice.Locator(".notice-undo").ClickAsync();

        await Assertions.Expect(window.Page.Locator("form.composer .composer-subject")).ToHaveValueAsync("Convocazione");
        window.Errors.Should().BeEmpty();
    }
}
