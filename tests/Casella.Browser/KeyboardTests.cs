using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Everything by keys, and many rows at once; and what the page offers while nothing is open.</summary>
public sealed class KeyboardTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    [Fact]
    public async Task Each_key_does_what_the_help_says()
    {
        await using var window = await OpenAsync("Uno", "Due", "Tre", "Quattro");
        var (page, title) = (window.Page, window.Page.Locator(".mail-head h1"));
        var composer = page.Locator("form.composer");

        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Locator("#keys kbd")).ToHaveTextAsync(["j", "k", "x", "r", "a", "f", "c", "e", "#", "!", "s", "u", "/", "Esc", "?"]);
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("j");
        await Assertions.Expect(title).ToHaveTextAsync("Quattro");
        await page.Keyboard.PressAsync("j");
        await Assertions.Expect(title).ToHaveTextAsync("Tre");
        await page.Keyboard.PressAsync("k");
        await Assertions.Expect(title).ToHaveTextAsync("Quattro");
        foreach (var (key, subject) in ((string, string)[])[("r", "Re: Quattro"), ("a", "Re: Quattro"), ("f", "Fwd: Quattro")])
        {
            await page.Keyboard.PressAsync(key);
            await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync(subject);
            await page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(composer).ToHaveCountAsync(0);
        }

        await page.Keyboard.PressAsync("s");
        await Assertions.Expect(window.Row("Quattro").Locator(".star")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("u");
        await Assertions.Expect(page.Locator(".day")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("due");
        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(4);
        await window.Row("Tre").ClickAsync();
        await Assertions.Expect(title).ToHaveTextAsync("Tre");
        await page.Keyboard.PressAsync("e");
        await Assertions.Expect(window.Row("Tre")).ToHaveCountAsync(0);
        await Assertions.Expect(title).ToHaveTextAsync("Due");
        await page.Keyboard.PressAsync("#");
        await Assertions.Expect(window.Row("Due")).ToHaveCountAsync(0);
        await page.Locator(".notice-undo").Last.ClickAsync();
        await Assertions.Expect(window.Row("Due")).ToHaveCountAsync(1);
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Shift_takes_all_between_and_one_act_moves_them_together()
    {
        await using var window = await OpenAsync("Uno", "Due", "Tre", "Quattro", "Cinque");
        var page = window.Page;

        await window.Row("Quattro").ClickAsync(new LocatorClickOptions { Modifiers = [KeyboardModifier.Control] });
        await window.Row("Due").ClickAsync(new LocatorClickOptions { Modifiers = [KeyboardModifier.Shift] });
        await Assertions.Expect(page.Locator(".row[aria-selected=true]")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator(".list-bar .list-title")).ToHaveTextAsync("3");
        await page.Keyboard.PressAsync("e");

        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(2);
        await page.Locator(".notice-undo").ClickAsync();
        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(5);
    }

    [Fact]
    public async Task Where_no_message_is_open_stands_the_work_of_the_day()
    {
        await using var window = await OpenAsync("Uno", "Due", "Tre");
        var (page, day) = (window.Page, window.Page.Locator(".day"));
        await Assertions.Expect(day.Locator("h2")).ToHaveTextAsync("Da fare");
        await Assertions.Expect(day).ToContainTextAsync("Oggi sono arrivati 3 messaggi.");
        await Assertions.Expect(day.Locator(".day-thing")).ToHaveTextAsync(["Da leggere3"]);
        (await Axe.CheckAsync(page)).Should().BeEmpty();

        await window.Row("Due").Locator("[data-row-act=star]").ClickAsync();
        await Assertions.Expect(day.Locator(".day-thing")).ToHaveTextAsync(["Da leggere3", "Con la stella1"]);
        await window.PictureAsync("day");
        await day.GetByText("Con la stella").ClickAsync();
        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".chip[aria-pressed=true]")).ToHaveTextAsync("Con stella");

        await window.Row("Due").Locator("[data-row-act=star]").ClickAsync();
        await Assertions.Expect(day.Locator(".day-thing")).ToHaveTextAsync(["Da leggere3"]);
        window.Errors.Should().BeEmpty();
    }

    private async Task<Window> OpenAsync(params string[] subjects)
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync([.. subjects.Select(subject => Office.Letter("Marco", subject, "ciao"))]);
        var (login, password) = await office.AddPersonAsync("Anna");
        var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        return window;
    }
}
