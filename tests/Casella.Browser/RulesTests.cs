using System.Globalization;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>Rules put into another order, switched off and changed; and answers that go out between two days.</summary>
public sealed class RulesTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rules_are_ordered_switched_off_changed_and_deleted(bool isPhone)
    {
        var (office, window) = await OpenAsync(isPhone);
        await using var _ = window;
        var page = window.Page;
        await FromMenuAsync(window, "Regole");
        await MakeAsync(page, "Grandi", "la dimensione", "5", "aggiungi una stella");
        await MakeAsync(page, "Turni", "l’oggetto", "turni", "segna come letto");
        var rules = page.Locator(".rules li");
        await Assertions.Expect(rules).ToHaveCountAsync(2);
        await Assertions.Expect(rules.First).ToContainTextAsync("Se la dimensione è più di 5 MB → aggiungi una stella");
        await Assertions.Expect(rules.First.GetByLabel("Sposta su")).ToBeDisabledAsync();
        await Assertions.Expect(rules.Last.GetByLabel("Sposta giù")).ToBeDisabledAsync();

        await rules.Last.GetByLabel("Sposta su").ClickAsync();
        await Assertions.Expect(rules.First).ToContainTextAsync("Turni");
        (await ScriptAsync(office)).Should().MatchRegex("(?s)rule:\\[Turni\\].*rule:\\[Grandi\\]");
        await window.PictureAsync($"rules-two{(isPhone ? "-phone" : "")}");
        (await Axe.CheckAsync(page)).Should().BeEmpty();
        await rules.First.GetByText("Spegni").ClickAsync();
        await Assertions.Expect(rules.First.Locator(".tag")).ToHaveTextAsync("spenta");
        await rules.Last.GetByText("Modifica").ClickAsync();
        await page.GetByText("Aggiungi una condizione").ClickAsync();
        await Assertions.Expect(page.Locator(".rule-line")).ToHaveCountAsync(2);
        await page.Locator(".rule-line input").Last.FillAsync("marco@example.org");
        await page.Locator(".rule-form select[aria-label=Se]").SelectOptionAsync(new SelectOptionValue { Label = "almeno una di queste è vera" });
        await page.Locator(".rule-form button[type=submit]").ClickAsync();
        await Assertions.Expect(rules.Last).ToContainTextAsync("è più di 5 MB o il mittente contiene «marco@example.org»");
        var script = await ScriptAsync(office);
        script.Should().Contain("anyof").And.Contain("marco@example.org");

        await rules.First.GetByLabel("Elimina").ClickAsync();
        await Assertions.Expect(rules).ToHaveCountAsync(1);
        (await ScriptAsync(office)).Should().NotContain("Turni");
        await MailKitClients.DeliverAsync(_server, Office.Letter("Marco", "Per la stella", "ciao"), office.Shared.Address);
        await page.GetByLabel("Torna alla posta").ClickAsync();
        await window.ReadyAsync();
        await Assertions.Expect(window.Row("Per la stella").Locator(".star")).ToHaveAttributeAsync("aria-pressed", "true");
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_not_finished_is_said_and_a_trial_can_be_done_at_once_and_taken_back()
    {
        var (office, window) = await OpenAsync(isPhone: false);
        await using var _ = window;
        await office.ReceiveAsync(Office.Letter("Marco", "Turni di maggio", "ecco"), Office.Letter("Luisa", "Altro", "ecco"));
        var page = window.Page;
        await FromMenuAsync(window, "Regole");
        await page.GetByText("Nuova regola").First.ClickAsync();
        await page.Locator(".rule-form input[required]").FillAsync("Turni");
        await page.Locator(".rule-form button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".banner[data-level=warning]")).ToContainTextAsync("Manca qualcosa");
        await page.Locator(".rule-line select").First.SelectOptionAsync(new SelectOptionValue { Label = "l’oggetto" });
        await page.Locator(".rule-line input").FillAsync("turni");
        await page.GetByLabel("segna come letto").CheckAsync();
        await page.GetByText("Prova sulla posta che c’è").ClickAsync();
        await Assertions.Expect(page.Locator(".trial")).ToContainTextAsync("1 messaggio su 2 nella posta in arrivo corrisponde");
        await Assertions.Expect(page.Locator(".trial li")).ToContainTextAsync("Turni di maggio");

        await page.GetByText("Fallo adesso con questi messaggi").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("Fatto con 1 messaggio.");
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        (await imap.Inbox!.SearchAsync(MailKit.Search.SearchQuery.Seen, Stop)).Should().ContainSingle();
        await page.Locator(".banner .link-button").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("1 messaggio è tornato com’era");
        await imap.NoOpAsync(Stop);
        (await imap.Inbox!.SearchAsync(MailKit.Search.SearchQuery.Seen, Stop)).Should().BeEmpty();
        (await _server.CommandAsync("sieve", "list", office.Shared.Address)).Output.Should().NotContain("Casella", "it was only tried");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_goes_out_between_its_two_days(bool isPhone)
    {
        var (office, window) = await OpenAsync(isPhone);
        await using var _ = window;
        var writer = await _server.AddMailboxAsync("bea");
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        await FromMenuAsync(window, "Impostazioni");
        await AnswerAsync(window.Page, "Siamo chiusi.", today.AddDays(2), today.AddDays(9));
        await WriteAsync(writer, office, "Prima");
        (await AnswersAsync(writer)).Should().BeEmpty("it has not begun");

        await AnswerAsync(window.Page, "Siamo chiusi fino a lunedì.", today.AddDays(-1), today.AddDays(5));
        await window.PictureAsync($"vacation{(isPhone ? "-phone" : "")}");
        await WriteAsync(writer, office, "Seconda");
        await WriteAsync(writer, office, "Terza");
        (await AnswersAsync(writer)).Should().ContainSingle("once a week is enough").Which.TextBody.Should().Contain("Siamo chiusi fino a lunedì.");

        // What was chosen stands there for the next who looks.
        await window.Page.ReloadAsync();
        await Assertions.Expect(window.Page.GetByLabel("Ultimo giorno")).ToHaveValueAsync(Iso(today.AddDays(5)));
        await Assertions.Expect(window.Page.GetByLabel("Risposta automatica")).ToHaveValueAsync("Siamo chiusi fino a lunedì.");
        window.Errors.Should().BeEmpty();
    }

    private Task<(Office Office, Window Window)> OpenAsync(bool isPhone) => Office.OpenAsync(_server, chromium.OpenAsync(isPhone, zone: "Etc/UTC"));

    private static async Task FromMenuAsync(Window window, string name)
    {
        await window.Page.Locator(".top details.menu > summary").ClickAsync();
        await window.Page.Locator(".top a.menu-item", new PageLocatorOptions { HasText = name }).ClickAsync();
        await window.Page.Locator(".page[data-ready]").WaitForAsync();
    }

    private static async Task MakeAsync(IPage page, string name, string field, string value, string action)
    {
        await page.GetByText("Nuova regola").First.ClickAsync();
        await page.Locator(".rule-form input[required]").FillAsync(name);
        await page.Locator(".rule-line select").First.SelectOptionAsync(new SelectOptionValue { Label = field });
        await page.Locator(".rule-line input").FillAsync(value);
        await page.GetByLabel(action).CheckAsync();
        await page.Locator(".rule-form button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".rule-form")).ToHaveCountAsync(0);
    }

    private static async Task AnswerAsync(IPage page, string text, DateOnly from, DateOnly until)
    {
        await page.GetByLabel("Risposta automatica").FillAsync(text);
        await page.GetByLabel("Primo giorno").FillAsync(Iso(from));
        await page.GetByLabel("Ultimo giorno").FillAsync(Iso(until));
        await page.Locator(".card-form", new PageLocatorOptions { HasText = "Risposta automatica" }).Locator("> button").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Salvato.");
    }

    private async Task<string> ScriptAsync(Office office) => (await _server.CommandAsync("sieve", "show", office.Shared.Address, "Casella")).Output;

    private async Task WriteAsync(Mailbox writer, Office office, string subject)
    {
        using var smtp = await MailKitClients.SubmissionAsync(_server, writer);
        await smtp.SendAsync(MailKitClients.Message(writer.Address, office.Shared.Address, subject), Stop);
        await smtp.DisconnectAsync(true, Stop);
    }

    private async Task<IReadOnlyList<MimeMessage>> AnswersAsync(Mailbox writer)
    {
        using var imap = await MailKitClients.ImapAsync(_server, writer);
        var found = new List<MimeMessage>();
        for (var i = 0; i < imap.Inbox!.Count; i++)
            found.Add(await imap.Inbox.GetMessageAsync(i, Stop));
        return found;
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
