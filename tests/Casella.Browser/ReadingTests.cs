using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Search;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Signing in, reading and tidying, on a desk and on a telephone.</summary>
public sealed class ReadingTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    [Fact]
    public async Task A_wrong_password_is_told_and_the_right_one_opens_the_inbox()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Turni di dicembre", "Ciao a tutti"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();

        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await window.PictureAsync("door");
        await window.EnterAsync(login, "nearly right");

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Nome utente o password errati.");
        await Assertions.Expect(window.Page.Locator("input[name=user]")).ToHaveValueAsync(login);
        await window.SignInAsync(_server, login, password);
        await Assertions.Expect(window.Row("Turni di dicembre")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_message_is_read_and_everybody_sees_that_it_was()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(
            Office.Letter("Marco", "Vecchia", "prima"),
            Office.Letter("Marco", "Turni di dicembre", "Ciao a tutti,\n\necco i turni: https://example.org/turni\n\n> una riga\n> citata\n\nMarco"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.PictureAsync("inbox");

        await window.Row("Turni di dicembre").ClickAsync();

        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync("Turni di dicembre");
        await Assertions.Expect(window.Page.Locator(".plain a")).ToHaveAttributeAsync("href", "https://example.org/turni");
        await Assertions.Expect(window.Page.Locator(".mail-to")).ToContainTextAsync("Sezione");
        await Assertions.Expect(window.Row("Turni di dicembre")).Not.ToHaveAttributeAsync("data-unread", "1");
        await window.PictureAsync("message");
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        (await imap.Inbox!.SearchAsync(SearchQuery.Seen, TestContext.Current.CancellationToken)).Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_deleted_goes_to_trash_and_undo_brings_it_back()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Una", "uno"), Office.Letter("Marco", "Altra", "due"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);

        await window.Row("Altra").ClickAsync();
        await window.Page.Locator(".mail-head h1").WaitForAsync();
        await window.Page.Keyboard.PressAsync("#");
        await Assertions.Expect(window.Row("Altra")).ToHaveCountAsync(0);
        await window.PictureAsync("undo");
        await window.Page.Locator(".notice-undo").ClickAsync();

        await Assertions.Expect(window.Row("Altra")).ToBeVisibleAsync();
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        imap.Inbox!.Count.Should().Be(2);
    }

    [Fact]
    public async Task What_a_mail_program_does_shows_without_a_reload()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Prima", "uno"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var one = await chromium.OpenAsync();
        await using var other = await chromium.OpenAsync();
        await one.SignInAsync(_server, login, password);
        await other.SignInAsync(_server, office.Shared.Address, office.Shared.Password);

        await office.ReceiveAsync(Office.Letter("Marco", "Seconda", "due"));
        await Assertions.Expect(one.Row("Seconda")).ToBeVisibleAsync();
        await Assertions.Expect(other.Row("Seconda")).ToBeVisibleAsync();

        await one.Row("Prima").Locator(".star").ClickAsync();
        await Assertions.Expect(other.Row("Prima").Locator(".star")).ToHaveAttributeAsync("aria-pressed", "true");
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        await imap.Inbox!.AddFlagsAsync(0, MessageFlags.Deleted, true, TestContext.Current.CancellationToken);
        await imap.Inbox!.ExpungeAsync(TestContext.Current.CancellationToken);
        await Assertions.Expect(one.Row("Prima")).ToHaveCountAsync(0);
        await Assertions.Expect(other.Row("Prima")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Search_finds_as_one_types_with_operators()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Turni", "la radio"), Office.Letter("Luisa", "Cena sociale", "porta il dolce"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);

        await window.Page.Keyboard.PressAsync("/");
        await window.Page.Keyboard.TypeAsync("da:luisa dolce");

        await Assertions.Expect(window.Row("Cena sociale")).ToBeVisibleAsync();
        await Assertions.Expect(window.Row("Turni")).ToHaveCountAsync(0);
        await window.PictureAsync("search");
        await window.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(window.Row("Turni")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_a_telephone_there_is_one_pane_and_back_leads_to_the_list()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Turni di dicembre", "Ciao", "<p>Ciao <b>a tutti</b></p><table width=\"1400\"><tr><td>larga</td></tr></table>"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(isPhone: true);
        await window.SignInAsync(_server, login, password);
        await window.PictureAsync("phone-list");

        await window.Row("Turni di dicembre").TapAsync();
        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.FrameLocator(".mail-frame").Locator("b")).ToHaveTextAsync("a tutti");
        await window.PictureAsync("phone-message");
        (await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(390);
        await window.Page.GoBackAsync();

        await Assertions.Expect(window.Row("Turni di dicembre")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#desk")).ToHaveAttributeAsync("data-pane", "list");
    }

    [Fact]
    public async Task The_page_keeps_its_own_policy_and_asks_nobody_else()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "<img src=x onerror=alert(1)>", "ciao", "<p>ciao</p><img src=\"https://outside.test/pixel.gif\">"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);

        await window.Row("onerror").ClickAsync();
        await Assertions.Expect(window.Page.FrameLocator(".mail-frame").Locator("p")).ToHaveTextAsync("ciao");

        window.Requests.Should().OnlyContain(url => url.StartsWith($"https://localhost:{_server.Ports.Https}/", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal));
        window.Errors.Should().BeEmpty();
    }
}
