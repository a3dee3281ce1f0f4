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

    [Fact]
    public async Task The_whole_mailbox_comes_as_an_archive_that_is_read_without_a_mail_program()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await office.ReceiveAsync(Office.Letter("Marco", "Prima <b>", "uno"), WithFiles("Luisa", "Seconda", ("a.txt", new string('a', 300_000))), Office.Letter("Marco", "Terza", "tre"));
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/space", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });

        var download = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.Locator("a[href^='/archive/']").First.ClickAsync());

        using var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), Stop);
        zip.Entries.Select(entry => entry.FullName).Should().BeEquivalentTo("INBOX/000001.eml", "INBOX/000002.eml", "INBOX/000003.eml", "index.html");
        using (var index = new StreamReader(await zip.GetEntry("index.html")!.OpenAsync(Stop)))
            (await index.ReadToEndAsync(Stop)).Should().Contain("Prima &lt;b&gt;").And.Contain("INBOX/000003.eml").And.NotContain("<b>");
        await using var second = await zip.GetEntry("INBOX/000002.eml")!.OpenAsync(Stop);
        var message = await MimeMessage.LoadAsync(second, Stop);
        message.Subject.Should().Be("Seconda");
        message.Attachments.Should().ContainSingle();

        // For other mail programs: a file for each folder.
        var mbox = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.GetByText("Scarica come mbox").ClickAsync());
        using var folders = await ZipFile.OpenReadAsync(await mbox.PathAsync(), Stop);
        folders.Entries.Select(entry => entry.FullName).Should().Equal("INBOX.mbox");
        await using var inbox = await folders.Entries[0].OpenAsync(Stop);
        (await MboxFile.SubjectsAsync(inbox)).Should().Equal("Prima <b>", "Seconda", "Terza");
    }

    [Fact]
    public async Task A_member_takes_a_message_over_and_all_see_it()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Chi ci pensa?", "uno"), Office.Letter("Marco", "Altro", "due"));
        var (anna, annas) = await office.AddPersonAsync("Anna");
        var (luca, lucas) = await office.AddPersonAsync("Luca");
        await using var one = await chromium.OpenAsync();
        await using var other = await chromium.OpenAsync();
        await one.SignInAsync(_server, anna, annas);
        await other.SignInAsync(_server, luca, lucas);
        await ChooseAsync(other, "In lavorazione");
        await one.Row("Chi ci pensa?").ClickAsync();

        await WorkAsync(one, "work-progress");
        await Assertions.Expect(Subjects(other)).ToHaveTextAsync(["Chi ci pensa?"]);
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        await imap.Inbox!.OpenAsync(FolderAccess.ReadOnly, Stop);
        (await imap.Inbox!.SearchAsync(MailKit.Search.SearchQuery.HasKeyword("$InProgress").And(MailKit.Search.SearchQuery.HasKeyword("$label2")), Stop)).Should().ContainSingle();
        await WorkAsync(one, "work-done");
        await Assertions.Expect(one.Page.Locator(".banner[data-level=done]")).ToBeVisibleAsync();
        await Assertions.Expect(Subjects(other)).ToHaveCountAsync(0);
        await one.Page.Locator(".notice-undo").Last.ClickAsync();
        await Assertions.Expect(Subjects(other)).ToHaveTextAsync(["Chi ci pensa?"]);
    }

    private static async Task WorkAsync(Window window, string act)
    {
        await window.Page.Locator(".mail-bar-right details.menu summary").Last.ClickAsync();
        await window.Page.Locator($".menu-item[data-act={act}]").ClickAsync();
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
