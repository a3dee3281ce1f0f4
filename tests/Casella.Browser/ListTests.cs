using System.IO.Compression;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>The list as one wants it: filters, orders, low rows, the words that were looked for; and all files at once.</summary>
public sealed class ListTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filters_and_orders_show_what_was_asked_for(bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await office.ReceiveAsync(
            Office.Letter("Zeno", "Alfa", "uno"), WithFiles("Marco", "Beta", ("a.txt", "1")),
            Office.Letter("Anna", "Gamma", new string('x', 9_000), address: office.Shared.Address), Office.Letter("Bruno", "Delta", "due"));
        await using var window = await chromium.OpenAsync(isPhone);
        await window.SignInAsync(_server, login, password);
        await Assertions.Expect(Subjects(window)).ToHaveTextAsync(["Delta", "Gamma", "Beta", "Alfa"]);

        await ChooseAsync(window, "Con allegati");
        await Assertions.Expect(Subjects(window)).ToHaveTextAsync(["Beta"]);
        await office.ReceiveAsync(WithFiles("Luisa", "Epsilon", ("b.txt", "2")), Office.Letter("Mara", "Zeta", "tre"));
        await Assertions.Expect(Subjects(window)).ToHaveTextAsync(["Epsilon", "Beta"]);
        await ChooseAsync(window, "Scritti da me");
        await Assertions.Expect(Subjects(window)).ToHaveTextAsync(["Gamma"]);
        await ChooseAsync(window, "In lavorazione");
        await Assertions.Expect(window.Page.Locator(".list-empty")).ToBeVisibleAsync();
        await ChooseAsync(window, "In lavorazione");

        await ChooseAsync(window, "Prima i più vecchi");
        await Assertions.Expect(Subjects(window)).ToHaveTextAsync(["Alfa", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"]);
        await ChooseAsync(window, "Oggetto");
        await Assertions.Expect(Subjects(window)).ToHaveTextAsync(["Alfa", "Beta", "Delta", "Epsilon", "Gamma", "Zeta"]);
        await ChooseAsync(window, "Mittente");
        await Assertions.Expect(Subjects(window)).ToHaveTextAsync(["Gamma", "Delta", "Epsilon", "Zeta", "Beta", "Alfa"]);
        await ChooseAsync(window, "Prima i più grandi");
        await Assertions.Expect(Subjects(window).First).ToHaveTextAsync("Gamma");
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty();
        // The same in another browser, until it is chosen anew.
        await window.Page.ReloadAsync();
        await window.ReadyAsync();
        await Assertions.Expect(Subjects(window).First).ToHaveTextAsync("Gamma");
        await window.Page.Locator(".list-bar details.menu summary").ClickAsync();
        await window.PictureAsync($"filter{(isPhone ? "-phone" : "")}");
        window.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Low_rows_show_more_of_them_and_stay_chosen(bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await office.ReceiveAsync([.. Enumerable.Range(1, 60).Select(i => Office.Letter("Marco", $"Numero {i}", "ciao"))]);
        await using var window = await chromium.OpenAsync(isPhone);
        await window.SignInAsync(_server, login, password);
        var before = await HeightAsync(window);

        await window.Page.Locator(".top details.menu summary").ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Elenco compatto" }).ClickAsync();

        await Assertions.Expect(window.Page.Locator(".list[data-density=compact]")).ToBeVisibleAsync();
        (await HeightAsync(window)).Should().BeLessThan(before - 15);
        await window.PictureAsync($"compact{(isPhone ? "-phone" : "")}");
        await window.Page.Locator("#list").EvaluateAsync("list => { list.scrollTop = list.scrollHeight; }");
        await Assertions.Expect(window.Row("Numero 1").Last).ToBeVisibleAsync();
        (await window.Page.Locator("#list").EvaluateAsync<bool>("list => { const last = list.querySelector('.row:last-child').getBoundingClientRect(), box = list.getBoundingClientRect(); return Math.abs(last.bottom - box.bottom) < 2; }"))
            .Should().BeTrue("the last row stands at the end");
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty();
        await window.Page.ReloadAsync();
        await window.ReadyAsync();
        await Assertions.Expect(window.Page.Locator(".list[data-density=compact]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_was_looked_for_is_marked_and_shown_with_its_line()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await office.ReceiveAsync(
            Office.Letter("Marco", "Gita <b>", $"{string.Concat(Enumerable.Repeat("Lorem ipsum dolor sit amet. ", 30))}\nPortate la chiave del furgone, grazie.\n{new string('y', 400)}"));
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);

        await window.Page.Keyboard.PressAsync("/");
        await window.Page.Keyboard.TypeAsync("furgone");

        await Assertions.Expect(window.Page.Locator(".row-preview mark")).ToHaveTextAsync("furgone");
        await Assertions.Expect(window.Page.Locator(".row-preview")).ToContainTextAsync("la chiave del furgone, grazie.");
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty();
        await window.PictureAsync("search-marked");
        await window.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(window.Page.Locator("mark")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task All_files_come_in_one_archive_under_names_that_stay_inside()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await office.ReceiveAsync(WithFiles("Marco", "Tre file", ("turni più nuovi.txt", "lunedì"), ("turni più nuovi.txt", "martedì"), ("../../etc/passwd", "no"), ("1-turni più nuovi.txt", "x")));
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Row("Tre file").ClickAsync();

        var download = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.Locator(".files h2 a").ClickAsync());

        download.SuggestedFilename.Should().Be("Tre file.zip");
        using var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), Stop);
        var names = zip.Entries.Select(entry => entry.FullName).ToList();
        names.Should().OnlyHaveUniqueItems().And.HaveCount(4).And.NotContain(name => name.Contains('/', StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal));
        names[0].Should().Be("turni più nuovi.txt");
        var texts = new List<string>();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(Stop));
            texts.Add(await reader.ReadToEndAsync(Stop));
        }

        texts.Should().Equal("lunedì", "martedì", "no", "x");
    }

    private static ILocator Subjects(Window window) => window.Page.Locator(".row-subject");

    private static Task<double> HeightAsync(Window window) => window.Page.Locator(".row").First.EvaluateAsync<double>("row => row.getBoundingClientRect().height");

    private static async Task ChooseAsync(Window window, string name)
    {
        await window.Page.Locator(".list-bar details.menu summary").ClickAsync();
        await window.Page.Locator(".list-bar .menu-item", new PageLocatorOptions { HasText = name }).ClickAsync();
    }

    private static MimeMessage WithFiles(string from, string subject, params (string Name, string Text)[] files)
    {
        var message = Office.Letter(from, subject, "In allegato");
        var body = new BodyBuilder { TextBody = "In allegato" };
        foreach (var (name, text) in files)
            body.Attachments.Add(new MimePart("text", "plain")
            {
                Content = new MimeContent(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))),
                ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
                ContentTransferEncoding = ContentEncoding.Base64,
            });
        message.Body = body.ToMessageBody();
        return message;
    }
}
