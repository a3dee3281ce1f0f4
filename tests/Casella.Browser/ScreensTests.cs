using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>
/// The main pages with what a section's mailbox has in it, in both languages and sizes: no complaint of the browser on any
/// of them, and with WEBMAIL_SCREENS=docs/screens the pictures there are made anew, for people to look at.
/// </summary>
public sealed class ScreensTests(SharedServer shared, Chromium chromium)
{
    private const string Cards =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Luisa\r\nEMAIL:luisa@example.org\r\nTEL:0437 000000\r\nCATEGORIES:Direttivo\r\nEND:VCARD\r\n"
        + "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Marco\r\nEMAIL:marco@example.org\r\nCATEGORIES:Direttivo,Turni\r\nEND:VCARD\r\n"
        + "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Associazione di volontariato della protezione civile di Castelnuovo di Garfagnana\r\nEMAIL:sezione.castelnuovo.di.garfagnana@associazione-di-volontariato.example.org\r\nEND:VCARD\r\n";

    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData("it", false)]
    [InlineData("it", true)]
    [InlineData("en", false)]
    [InlineData("en", true)]
    public async Task Pages_are_as_they_should_be(string language, bool isPhone)
    {
        var office = await FilledAsync(language);
        var (login, password) = await office.AddPersonAsync("Anna", language: language);
        await using var window = await chromium.OpenAsync(isPhone, language is "it" ? "it-IT" : "en-GB", zone: "Europe/Rome");
        var (page, end) = (window.Page, $"{(isPhone ? "-phone" : "")}-{language}");
        await page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await window.PictureAsync($"door{end}");
        await window.EnterAsync(login, "sbagliata");
        await page.GetByRole(AriaRole.Alert).First.WaitForAsync();
        await window.PictureAsync($"door-error{end}");
        await window.SignInAsync(_server, login, password);
        await window.PictureAsync($"desk{end}");

        await ReadAsync(window, isPhone, end);
        await WriteAsync(window, isPhone, end);
        await KeepAsync(window, language);
        foreach (var path in (string[])["settings", "rules", "space", "contacts", "devices/new", "moving", "security", "help"])
        {
            await page.GotoAsync($"https://localhost:{_server.Ports.Https}/{path}", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
            if (path is "space")
                await page.Locator(".bar").First.WaitForAsync();
            await window.PictureAsync($"{path.Split('/')[0]}{end}");
        }

        await AtNightAsync(window, isPhone, end);

        // The wrong password was answered by a page, as it should be.
        window.Errors.Should().BeEmpty();
    }

    private static async Task ReadAsync(Window window, bool isPhone, string end)
    {
        var page = window.Page;
        await window.Row("Convocazione").First.ClickAsync();
        await page.Locator(".mail-head h1").WaitForAsync();
        await Assertions.Expect(page.Locator(".plain, .mail-frame").First).ToBeVisibleAsync();
        await window.PictureAsync($"message{end}");
        await BackAsync(page, isPhone);
        await window.Row("Bonifico urgente").ClickAsync();
        await Assertions.Expect(page.Locator(".mail-head h1")).ToContainTextAsync("Bonifico");
        await window.PictureAsync($"warnings{end}");
        await BackAsync(page, isPhone);
        await page.Locator("#search").FillAsync("furgone");
        await page.Locator(".row mark").First.WaitForAsync();
        await window.PictureAsync($"search{end}");
        await page.Locator("#search").FillAsync("zzzz");
        await page.Locator(".list-empty").WaitForAsync();
        await window.PictureAsync($"nothing{end}");
        await page.Locator("#search").FillAsync("");
        await window.Row("Convocazione").First.WaitForAsync();
    }

    /// <summary>A rule and an address book, so that their pages have something to show.</summary>
    private async Task KeepAsync(Window window, string language)
    {
        var page = window.Page;
        await page.GotoAsync($"https://localhost:{_server.Ports.Https}/contacts");
        await page.Locator(".page[data-ready]").WaitForAsync();
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "a.vcf", MimeType = "text/vcard", Buffer = System.Text.Encoding.UTF8.GetBytes(Cards) });
        await page.Locator("form[action='/contacts/import'] button").ClickAsync();
        await page.Locator(".banner").WaitForAsync();
        await page.GotoAsync($"https://localhost:{_server.Ports.Https}/rules");
        await page.Locator(".page[data-ready]").WaitForAsync();
        await page.Locator(".card .button.primary").ClickAsync();
        await page.Locator(".rule-form input[required]").FillAsync(language is "it" ? "Iscrizioni ai corsi" : "Course enrolments");
        await page.Locator(".rule-line select").First.SelectOptionAsync(new SelectOptionValue { Index = 2 });
        await page.Locator(".rule-line input").FillAsync(language is "it" ? "iscrizione" : "enrolment");
        await page.Locator(".rule-form .check input").Nth(1).CheckAsync();
        await page.Locator(".rule-form button[type=submit]").ClickAsync();
        await page.Locator(".rules li").WaitForAsync();
    }

    /// <summary>A conversation with what was answered; then the same in the dark.</summary>
    private async Task AtNightAsync(Window window, bool isPhone, string end)
    {
        var page = window.Page;
        await page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await window.ReadyAsync();
        await page.Locator(".top details.menu > summary").ClickAsync();
        await page.Locator(".top button.menu-item").First.ClickAsync();
        await Assertions.Expect(page.Locator(".row-count")).ToHaveTextAsync("3");
        await window.Row("Gita").First.ClickAsync();
        await Assertions.Expect(page.Locator(".thread-one")).ToHaveCountAsync(3);
        await window.PictureAsync($"conversation{end}");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await window.PictureAsync($"dark-message{end}");
        await BackAsync(page, isPhone);
        await window.PictureAsync($"dark-desk{end}");
        await page.GotoAsync($"https://localhost:{_server.Ports.Https}/space", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await page.Locator(".bar").First.WaitForAsync();
        await window.PictureAsync($"dark-space{end}");
    }

    private static async Task WriteAsync(Window window, bool isPhone, string end)
    {
        var page = window.Page;
        await page.Keyboard.PressAsync("Escape");
        await page.Locator(".list").FocusAsync();
        await page.Keyboard.PressAsync("c");
        var composer = page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync("luisa@example.org");
        await page.Keyboard.PressAsync("Enter");
        await composer.Locator(".composer-subject").FillAsync("Turni");
        await composer.Locator(".composer-text").FillAsync("Buongiorno,\n\necco i turni.\n\nAnna");
        await window.PictureAsync($"composer{end}");
        await composer.Locator("[data-templates] > summary").ClickAsync();
        await composer.Locator(".composer-templates button").First.WaitForAsync();
        await window.PictureAsync($"templates{end}");
        await composer.Locator("[data-templates] > summary").ClickAsync();
        await composer.Locator("[data-compose=send]").ClickAsync();
        await composer.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        if (isPhone)
        {
            await page.Locator("[data-drawer=open]").ClickAsync();
            await window.PictureAsync($"drawer{end}");
        }

        await page.Locator(".folder", new PageLocatorOptions { HasTextRegex = new("Posta inviata|Sent", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await page.Locator(".leaving-mail").WaitForAsync();
        await window.PictureAsync($"leaving{end}");
    }

    private static async Task BackAsync(IPage page, bool isPhone)
    {
        if (isPhone)
            await page.Locator(".mail-back").ClickAsync();
    }

    private async Task<Office> FilledAsync(string language)
    {
        var office = await Office.OpenAsync(_server);
        var isItalian = language is "it";
        await TalkAsync(office, isItalian);
        await office.ReceiveAsync([.. Enumerable.Range(1, 12).Select(i => Office.Letter($"Socio {i}", isItalian ? $"Iscrizione al corso {i}" : $"Course enrolment {i}", "Buongiorno, vorrei iscrivermi al corso di primo soccorso."))]);
        await office.ReceiveAsync(
            TrustTests.Checked("Presidente Nazionale", "presidente@examp1e.test", "Bonifico urgente", "spf=fail; dkim=none; dmarc=fail", "FIRST_CONTACT=0.5,NAME_IS_OURS=3.5"),
            Office.Letter("Associazione di volontariato della protezione civile di Castelnuovo di Garfagnana", $"Oggetto lunghissimo {new string('x', 60)} fine", "Testo"),
            Office.Letter("Luisa", "Chiavi", $"{string.Concat(Enumerable.Repeat("Come d'accordo. ", 20))}\nLa chiave del furgone è in sede."),
            Office.Letter("Marco", "Convocazione del consiglio", "Cari tutti,\n\nil consiglio si riunisce giovedì alle 21 in sede.\n\nOrdine del giorno:\n- bilancio\n- turni di dicembre\n\nMarco\n\n> Quando ci vediamo?\n> Anna"));
        await office.KeepTemplateAsync("Richiesta di tesseramento", "Gentile socio,\n\necco il modulo.");
        return office;
    }

    /// <summary>A question, the answer from here, and the thanks.</summary>
    private static async Task TalkAsync(Office office, bool isItalian)
    {
        var question = Office.Letter("Marco", "Gita", isItalian ? "Chi viene domenica?" : "Who is coming on Sunday?");
        var answer = Office.Letter("Sezione", "Re: Gita", isItalian ? "Noi tre." : "The three of us.", address: office.Shared.Address);
        answer.InReplyTo = question.MessageId;
        var thanks = Office.Letter("Marco", "Re: Gita", isItalian ? "Bene, a domenica." : "Good, see you on Sunday.");
        thanks.References.AddRange([question.MessageId!, answer.MessageId!]);
        using var imap = await MailKitClients.ImapAsync(office.Server, office.Shared);
        await imap.Inbox!.AppendAsync(question, MessageFlags.Seen, TestContext.Current.CancellationToken);
        await (await imap.GetFolderAsync("Sent", TestContext.Current.CancellationToken)).AppendAsync(answer, MessageFlags.Seen, TestContext.Current.CancellationToken);
        await imap.Inbox.AppendAsync(thanks, MessageFlags.None, TestContext.Current.CancellationToken);
    }
}
