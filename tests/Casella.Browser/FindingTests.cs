using System.Globalization;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>Search with its operators in both languages, reminders of what was sent, and the coach's charts and brooms.</summary>
public sealed class FindingTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Operators_find_the_same_in_both_languages(bool isPhone)
    {
        var (office, window) = await OpenAsync(isPhone);
        await using var _ = window;
        var file = Office.Letter("Luisa", "Con file", "orari", to: "altri@example.test");
        var body = new BodyBuilder { TextBody = "orari" };
        body.Attachments.Add("turni.csv", "lun"u8.ToArray());
        file.Body = body.ToMessageBody();
        var old = Office.Letter("Marco", "Vecchia riunione", "il verbale");
        using (var imap = await MailKitClients.ImapAsync(_server, office.Shared))
        {
            await imap.Inbox!.AppendAsync(old, MessageFlags.Seen, new DateTimeOffset(2020, 3, 12, 9, 0, 0, TimeSpan.Zero), Stop);
            await (await imap.GetFolderAsync("Archive", Stop)).AppendAsync(Office.Letter("Marco", "Nuova riunione", "la pizza"), MessageFlags.Flagged, Stop);
        }

        await office.ReceiveAsync(file);
        (string Query, string[] Subjects)[] all =
        [
            ("da:marco", ["Nuova riunione", "Vecchia riunione"]), ("from:marco", ["Nuova riunione", "Vecchia riunione"]),
            ("a:altri", ["Con file"]), ("to:altri", ["Con file"]),
            ("oggetto:\"vecchia riunione\"", ["Vecchia riunione"]), ("subject:\"vecchia riunione\"", ["Vecchia riunione"]),
            ("allegato:turni", ["Con file"]), ("attachment:yes", ["Con file"]), ("allegato:sì", ["Con file"]),
            ("prima:13/3/2020", ["Vecchia riunione"]), ("before:2020-03-13", ["Vecchia riunione"]),
            ("dopo:2021 riunione", ["Nuova riunione"]), ("after:2021 riunione", ["Nuova riunione"]),
            ("è:speciale", ["Nuova riunione"]), ("is:starred", ["Nuova riunione"]),
            ("testo:pizza", ["Nuova riunione"]), ("body:pizza", ["Nuova riunione"]), ("riunione -pizza", ["Vecchia riunione"]),
        ];
        foreach (var (query, subjects) in all)
        {
            await window.Page.Locator("#search").FillAsync(query);
            await Assertions.Expect(window.Page.Locator(".list-title")).ToHaveTextAsync("Risultati della ricerca");
            await Assertions.Expect(window.Page.Locator(".row-subject")).ToContainTextAsync(subjects);
        }

        await window.Page.Locator("#search").FillAsync("");
        await Assertions.Expect(window.Page.Locator(".list-title")).ToHaveTextAsync("Posta in arrivo");
        window.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_nobody_answers_is_remembered_until_one_thinks_better_of_it(bool isPhone)
    {
        var (office, window) = await OpenAsync(isPhone);
        await using var _ = window;
        using (var imap = await MailKitClients.ImapAsync(_server, office.Shared))
            await (await imap.GetFolderAsync("Sent", Stop)).AppendAsync(Office.Letter("Anna", "Preventivo?", "Quanto costa?", address: office.Shared.Address), MessageFlags.Seen, Stop);
        var page = window.Page;
        if (isPhone)
            await page.Locator("[data-drawer=open]").ClickAsync();
        await page.Locator(".folder", new PageLocatorOptions { HasText = "Posta inviata" }).ClickAsync();
        await window.Row("Preventivo?").ClickAsync();
        var menu = page.GetByLabel("Ricordamelo se nessuno risponde");

        await menu.ClickAsync();
        await Assertions.Expect(page.Locator("[data-forget]")).ToHaveCountAsync(0);
        var day = DateOnly.FromDateTime(DateTime.UtcNow.AddDays(10));
        await page.GetByLabel("Un giorno").FillAsync(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var told = day.ToString("ddd d MMM", CultureInfo.GetCultureInfo("it-IT"));
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync($"Se nessuno risponde, torna nella posta in arrivo {told}, 08:00");
        await Assertions.Expect(page.Locator("[data-forget]")).ToContainTextAsync(told);
        await page.ReloadAsync();
        await window.ReadyAsync();
        if (isPhone)
            await page.Locator("[data-drawer=open]").ClickAsync();
        await page.Locator(".folder", new PageLocatorOptions { HasText = "Posta inviata" }).ClickAsync();
        await window.Row("Preventivo?").ClickAsync();
        await menu.ClickAsync();
        await window.PictureAsync($"reminder{(isPhone ? "-phone" : "")}");
        (await Axe.CheckAsync(page)).Should().BeEmpty();
        await page.Locator("[data-forget]").ClickAsync();
        await Assertions.Expect(page.Locator(".notice").Last).ToContainTextAsync("Il promemoria è tolto.");
        await Assertions.Expect(page.Locator("[data-forget]")).ToHaveCountAsync(0);
        window.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Charts_are_clicked_and_the_trash_is_emptied_of_what_is_old_enough(bool isPhone)
    {
        var (office, window) = await OpenAsync(isPhone);
        await using var _ = window;
        var big = new string('x', 60_000);
        using (var imap = await MailKitClients.ImapAsync(_server, office.Shared))
        {
            await imap.Inbox!.AppendAsync(Office.Letter("Marco", "Di allora", big), MessageFlags.Seen, new DateTimeOffset(2019, 5, 1, 9, 0, 0, TimeSpan.Zero), Stop);
            await (await imap.GetFolderAsync("Trash", Stop)).AppendAsync(Office.Letter("Luisa", "Buttata", big), MessageFlags.Seen, Stop);
        }

        var page = window.Page;
        await page.Locator(".top details.menu > summary").ClickAsync();
        await page.Locator(".top a.menu-item[href^='/space']").ClickAsync();
        await page.Locator(".page[data-ready] .bar").First.WaitForAsync();
        var largest = page.Locator("[aria-labelledby=largest] .things li");
        await Assertions.Expect(largest).ToHaveCountAsync(2);
        await BarAsync(page, "Per anno", "2019");
        await Assertions.Expect(largest).ToHaveCountAsync(1);
        await Assertions.Expect(largest).ToContainTextAsync("Di allora");
        await page.GetByText("Mostra tutto").ClickAsync();
        await Assertions.Expect(largest).ToHaveCountAsync(2);
        await BarAsync(page, "Per mittente", "luisa@example.org");
        await Assertions.Expect(largest).ToHaveCountAsync(1);
        await Assertions.Expect(largest).ToContainTextAsync("Buttata");
        await BarAsync(page, "Per mittente", "luisa@example.org");
        await Assertions.Expect(largest).ToHaveCountAsync(2);
        await BarAsync(page, "Per cartella", "Cestino");
        await Assertions.Expect(largest).ToHaveCountAsync(1);
        await window.PictureAsync($"space-chosen{(isPhone ? "-phone" : "")}");
        (await Axe.CheckAsync(page)).Should().BeEmpty();

        await page.GetByText("Svuota il cestino").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToHaveTextAsync("Non c’era niente da togliere.");
        await page.Locator("[aria-labelledby=make-room] select").SelectOptionAsync("0");
        await page.GetByText("Svuota il cestino").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("1 messaggio:");
        await page.Locator(".banner .link-button").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("1 messaggio è tornato com’era");
        using var trash = await MailKitClients.ImapAsync(_server, office.Shared);
        var folder = await trash.GetFolderAsync("Trash", Stop);
        await folder.StatusAsync(StatusItems.Count, Stop);
        folder.Count.Should().Be(1);
        window.Errors.Should().BeEmpty();
    }

    private static Task BarAsync(IPage page, string chart, string name) =>
        page.Locator($".chart[aria-label='{chart}'] .bar", new PageLocatorOptions { HasText = name }).ClickAsync();

    private Task<(Office Office, Window Window)> OpenAsync(bool isPhone) => Office.OpenAsync(_server, chromium.OpenAsync(isPhone, zone: "Etc/UTC"));
}
