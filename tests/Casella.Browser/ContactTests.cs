using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Address books: written by hand, from a message, in groups, taken out as a file, and what was deleted by mistake.</summary>
public sealed class ContactTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_writes_becomes_a_contact_with_a_group_and_is_taken_out_as_a_file(bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Luisa Verdi", "Ciao", "sono io"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(isPhone);
        await window.SignInAsync(_server, login, password);
        var page = window.Page;
        await FromMessageAsync(window);
        var form = page.Locator(".contact-form");
        await Assertions.Expect(form.GetByLabel("Nome", new LocatorGetByLabelOptions { Exact = true })).ToHaveValueAsync("Luisa Verdi");
        await Assertions.Expect(form.GetByLabel("Indirizzi e-mail")).ToHaveValueAsync("luisa@example.org");
        await form.GetByLabel("Telefoni").FillAsync("0437 000000");
        await form.Locator("input[list]").FillAsync("Direttivo, Cucina");
        await form.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Salvato.");
        await AddAsync(page, "Marco Bianchi", "marco@example.org", "Cucina");

        var names = page.Locator(".contact-name");
        await page.Locator(".chip", new PageLocatorOptions { HasText = "Direttivo" }).ClickAsync();
        await Assertions.Expect(names).ToHaveTextAsync(["Luisa Verdi"]);
        await page.Locator(".chip", new PageLocatorOptions { HasText = "Direttivo" }).ClickAsync();
        await page.Locator("input[type=search]").PressSequentiallyAsync("bianchi");
        await Assertions.Expect(names).ToHaveTextAsync(["Marco Bianchi"]);
        await page.Locator("input[type=search]").FillAsync("");
        await window.PictureAsync($"contacts-two{(isPhone ? "-phone" : "")}");
        (await Axe.CheckAsync(page)).Should().BeEmpty();

        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("a[href^='/contacts/export']").ClickAsync());
        download.SuggestedFilename.Should().Be("contacts.vcf");
        var cards = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        cards.Should().Contain("FN:Luisa Verdi").And.Contain("0437 000000").And.Contain("FN:Marco Bianchi").And.Contain("Cucina");
        await TakesBackAsync(page, names, await download.PathAsync());

        // Who is known already is shown, and not doubled.
        await page.GetByLabel("Torna alla posta").ClickAsync();
        await window.ReadyAsync();
        await FromMessageAsync(window);
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("già tra i contatti");
        await Assertions.Expect(names).ToHaveTextAsync(["Luisa Verdi", "Marco Bianchi"]);
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_book_of_the_mailbox_is_everybodys_and_ones_own_is_not()
    {
        var office = await Office.OpenAsync(_server);
        var (anna, annas) = await office.AddPersonAsync("Anna");
        var (luca, lucas) = await office.AddPersonAsync("Luca");
        await using var one = await chromium.OpenAsync();
        await using var other = await chromium.OpenAsync();
        await one.SignInAsync(_server, anna, annas);
        await one.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/contacts");
        await one.Page.Locator(".page[data-ready]").WaitForAsync();
        await AddAsync(one.Page, "Solo Mia", "mia@example.org", "");
        await one.Page.Locator(".chip", new PageLocatorOptions { HasText = office.Shared.Address }).ClickAsync();
        await AddAsync(one.Page, "Di Tutti", "tutti@example.org", "");
        await one.Page.GetByText("Nuovo contatto").ClickAsync();
        await one.Page.GetByLabel("Nome", new PageGetByLabelOptions { Exact = true }).FillAsync("Sbagliato");
        await one.Page.GetByLabel("Indirizzi e-mail").FillAsync("non un indirizzo");
        await one.Page.Locator(".contact-form button[type=submit]").ClickAsync();
        await Assertions.Expect(one.Page.Locator(".banner")).ToHaveTextAsync("Questo non è un indirizzo: non un indirizzo");

        await other.SignInAsync(_server, luca, lucas);
        await other.Page.Keyboard.PressAsync("c");
        var to = other.Page.Locator("[data-recipients=to] input");
        await to.PressSequentiallyAsync("tutti");
        await Assertions.Expect(other.Page.Locator(".proposals li").First).ToContainTextAsync("Di Tutti");
        await to.FillAsync("");
        await to.PressSequentiallyAsync("mia@");
        await Assertions.Expect(other.Page.Locator(".proposals li", new PageLocatorOptions { HasText = "Solo Mia" })).ToHaveCountAsync(0);
        one.Errors.Should().BeEmpty();
    }

    /// <summary>Deleted and undone; deleted and brought in again with the file.</summary>
    private static async Task TakesBackAsync(IPage page, ILocator names, string file)
    {
        await DeleteAsync(page, "Marco Bianchi");
        await page.Locator(".banner .link-button").ClickAsync();
        await Assertions.Expect(names).ToHaveTextAsync(["Luisa Verdi", "Marco Bianchi"]);
        await DeleteAsync(page, "Marco Bianchi");
        await Assertions.Expect(names).ToHaveTextAsync(["Luisa Verdi"]);
        await page.Locator("input[type=file]").SetInputFilesAsync(file);
        await page.Locator("form[action='/contacts/import'] button").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("2 contatti importati");
        await Assertions.Expect(names).ToHaveTextAsync(["Luisa Verdi", "Marco Bianchi"]);
        await page.Locator(".page[data-ready]").WaitForAsync();
    }

    private static async Task DeleteAsync(IPage page, string name)
    {
        await page.Locator(".contact-name", new PageLocatorOptions { HasText = name }).ClickAsync();
        await page.Locator(".contact-form .danger").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync($"{name} è eliminato.");
    }

    private static async Task AddAsync(IPage page, string name, string address, string groups)
    {
        await page.GetByText("Nuovo contatto").ClickAsync();
        await page.GetByLabel("Nome", new PageGetByLabelOptions { Exact = true }).FillAsync(name);
        await page.GetByLabel("Indirizzi e-mail").FillAsync(address);
        await page.Locator(".contact-form input[list]").FillAsync(groups);
        await page.Locator(".contact-form button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".contact-name", new PageLocatorOptions { HasText = name })).ToBeVisibleAsync();
    }

    private static async Task FromMessageAsync(Window window)
    {
        await window.Row("Ciao").ClickAsync();
        await window.Page.Locator(".mail-bar-right details.menu > summary").Last.ClickAsync();
        await window.Page.Locator(".mail-bar .menu-item[href^='/contacts']").ClickAsync();
        await window.Page.Locator(".page[data-ready]").WaitForAsync();
    }
}
