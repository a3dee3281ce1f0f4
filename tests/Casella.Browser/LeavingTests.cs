using System.Globalization;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>What has just been sent stands in Sent at once; what is to leave later can be called back there (ADR 0049); and as whom.</summary>
public sealed class LeavingTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_stands_in_Sent_at_once_for_every_member_and_is_called_back(bool isPhone)
    {
        // Longer than a busy machine takes to look at all that is looked at here.
        await using var server = await CasellaServer.StartAsync("--Limits:Web:SendDelay=90s");
        var office = await Office.OpenAsync(server);
        var (anna, annas) = await office.AddPersonAsync("Anna");
        var (luca, lucas) = await office.AddPersonAsync("Luca");
        await using var one = await chromium.OpenAsync(isPhone);
        await using var other = await chromium.OpenAsync();
        await one.SignInAsync(server, anna, annas);
        await other.SignInAsync(server, luca, lucas);
        await OpenSentAsync(one, isPhone);
        await OpenSentAsync(other, isPhone: false);

        var composer = await WriteAsync(one, "luisa@example.org", "Bilancio");
        await composer.Locator("[data-compose=send]").ClickAsync();

        var mine = one.Page.Locator(".leaving-mail");
        await Assertions.Expect(mine).ToContainTextAsync("Bilancio");
        await Assertions.Expect(mine.Locator("[data-leaves]")).ToHaveTextAsync(new Regex("^parte fra [0-9]{2} s$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await one.PictureAsync($"leaving{(isPhone ? "-phone" : "")}");
        (await Axe.CheckAsync(one.Page)).Should().BeEmpty();
        await Assertions.Expect(other.Page.Locator(".leaving-mail")).ToContainTextAsync("Bilancio");
        await Assertions.Expect(other.Row("Bilancio")).ToHaveCountAsync(1);
        // A colleague who may send as the mailbox may call it back too: the second to press is told.
        var id = await other.Page.Locator(".leaving-mail [data-call-back]").GetAttributeAsync("data-call-back");
        await mine.Locator("[data-call-back]").ClickAsync();
        await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync("Bilancio");
        await Assertions.Expect(other.Page.Locator(".leaving-mail")).ToHaveCountAsync(0);
        await Assertions.Expect(other.Row("Bilancio")).ToHaveCountAsync(0);
        await CallBackAsync(other, id!);
        await Assertions.Expect(other.Page.Locator(".notice")).ToContainTextAsync("È già stato ripreso.");
    }

    [Fact]
    public async Task Everything_comes_back_as_it_was_written()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await office.ReceiveAsync(Office.Letter("Marco", "Quando?", "Lunedì va bene?"));
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Row("Quando?").ClickAsync();
        await window.Page.Locator("[data-act=reply]").ClickAsync();
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-compose=more]").ClickAsync();
        await composer.Locator("[data-recipients=bcc] input").FillAsync("luisa@example.org");
        await window.Page.Keyboard.PressAsync("Enter");
        await composer.Locator(".composer-text").FillAsync("Sì, lunedì");
        await composer.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "orari.txt", MimeType = "text/plain", Buffer = "nove"u8.ToArray() });
        await Assertions.Expect(composer.Locator(".composer-files li")).ToHaveCountAsync(1);
        await composer.Locator(".composer-report").EvaluateAsync("box => { box.checked = true; }");
        var references = await composer.GetAttributeAsync("data-references");
        await composer.Locator("[data-compose=send]").ClickAsync();
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        await imap.Inbox!.OpenAsync(FolderAccess.ReadOnly, Stop);
        await window.Page.Locator(".notice-undo").WaitForAsync();
        (await imap.Inbox!.SearchAsync(MailKit.Search.SearchQuery.Answered, Stop)).Should().ContainSingle();
        await window.Page.Locator(".notice-undo").ClickAsync();

        await Assertions.Expect(composer.Locator(".composer-text")).ToHaveValueAsync(new Regex("^Sì, lunedì", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Assertions.Expect(composer.Locator("[data-recipients=bcc] .person")).ToHaveTextAsync("luisa@example.org×");
        await Assertions.Expect(composer.Locator("[data-recipients=to] .person")).ToHaveCountAsync(1);
        await Assertions.Expect(composer.Locator(".composer-files li")).ToContainTextAsync("orari.txt");
        await Assertions.Expect(composer.Locator(".composer-report")).ToBeCheckedAsync();
        (await composer.GetAttributeAsync("data-references")).Should().Be(references);
        await Assertions.Expect(window.Page.Locator(".fates")).ToHaveCountAsync(0);
        await imap.NoOpAsync(Stop);
        (await imap.Inbox!.SearchAsync(MailKit.Search.SearchQuery.Answered, Stop)).Should().BeEmpty();
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Opened_while_it_waits_it_counts_down_and_what_has_left_is_not_called_back()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await OpenSentAsync(window, isPhone: false);
        var composer = await WriteAsync(window, office.Shared.Address, "Saluti");
        await composer.Locator("[data-compose=send]").ClickAsync();
        var id = await window.Page.Locator(".notice-undo").GetAttributeAsync("data-call-back");
        await window.Row("Saluti").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".fates [data-leaves]")).ToHaveCountAsync(1);
        await Assertions.Expect(window.Page.Locator(".leaving-mail")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = 30_000 });
        await Assertions.Expect(window.Page.Locator(".fates summary")).ToHaveTextAsync("Arrivato al destinatario", new LocatorAssertionsToHaveTextOptions { Timeout = 15_000 });

        await CallBackAsync(window, id!);

        await Assertions.Expect(window.Page.Locator(".notice")).ToContainTextAsync("È già partito.");
        window.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Sent_again_because_the_answer_was_lost_it_goes_once_unless_it_was_changed(bool isChanged, int mails)
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        var to = $"luisa-{Guid.NewGuid().ToString("N")[..8]}@elsewhere.test";
        var composer = await WriteAsync(window, to, "Una volta");
        await window.Page.RouteAsync("**/compose/send", async route =>
        {
            await route.FetchAsync();
            await route.AbortAsync();
        });
        await composer.Locator("[data-compose=send]").ClickAsync();
        await Assertions.Expect(composer.Locator(".composer-error")).Not.ToBeEmptyAsync();
        await window.Page.UnrouteAsync("**/compose/send");
        if (isChanged)
            await composer.Locator(".composer-text").FillAsync("Testo, più giusto");
        await composer.Locator("[data-compose=send]").ClickAsync();
        await window.Page.Locator(".notice-undo").WaitForAsync();

        (await _server.CommandAsync("queue", "list")).Output.Split(to).Should().HaveCount(mails + 1);
    }

    [Fact]
    public async Task From_send_to_Sent_takes_no_time_that_anybody_feels()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await OpenSentAsync(window, isPhone: false);
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var composer = await WriteAsync(window, office.Shared.Address, $"Prova {i}");
            times.Add(await window.Page.EvaluateAsync<double>(
                """
                name => new Promise(done => {
                  const start = performance.now();
                  new MutationObserver((_, watch) => {
                    if (!document.querySelector('.leaving')?.textContent.includes(name)) return;
                    if (![...document.querySelectorAll('.row')].some(row => row.textContent.includes(name))) return;
                    watch.disconnect();
                    requestAnimationFrame(() => done(performance.now() - start));
                  }).observe(document.body, { subtree: true, childList: true, characterData: true });
                  document.querySelector('form.composer [data-compose=send]').click();
                })
                """, $"Prova {i}"));
            await Assertions.Expect(composer).ToHaveCountAsync(0);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", times.Select(time => $"{time:0} ms")));
        // The wish is 200 ms on a quiet machine; this one may be busy.
        times.Order().ElementAt(times.Count / 2).Should().BeLessThan(1_000);
    }

    [Fact]
    public async Task A_mail_for_tomorrow_says_when_it_leaves_and_comes_back()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(zone: "America/New_York");
        await window.SignInAsync(_server, login, password);
        var page = window.Page;
        var composer = await WriteAsync(window, "luisa@example.org", "Auguri");
        await composer.Locator(".composer-send summary").ClickAsync();
        await window.PictureAsync("send-later");
        (await Axe.CheckAsync(page)).Should().BeEmpty();
        var day = DateTime.UtcNow.Date.AddDays(3);
        await composer.Locator(".composer-later").FillAsync(day.AddHours(9).AddMinutes(30).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
        await composer.Locator(".composer-later-go").ClickAsync();

        await OpenSentAsync(window, isPhone: false);
        await window.Row("Auguri").ClickAsync(new LocatorClickOptions { Timeout = 30_000 });
        // Half past nine on the clock of who reads it.
        await Assertions.Expect(page.Locator(".fates")).ToContainTextAsync($"{day.ToString("dddd d MMMM yyyy", CultureInfo.GetCultureInfo("it-IT"))}, 09:30");
        await window.PictureAsync("held");
        await page.Locator(".fates .button").ClickAsync();
        await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync("Auguri");
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        (await (await imap.GetFolderAsync("Sent", Stop)).OpenAsync(FolderAccess.ReadOnly, Stop)).Should().Be(FolderAccess.ReadOnly);
        (await _server.CommandAsync("queue", "list")).Output.Should().NotContain("luisa@example.org");
    }

    [Fact]
    public async Task A_time_that_is_past_is_said_and_nothing_is_lost()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        var composer = await WriteAsync(window, "luisa@example.org", "Ieri");
        await composer.Locator(".composer-send summary").ClickAsync();
        await composer.Locator(".composer-later").FillAsync("2020-01-01T08:00");
        await composer.Locator(".composer-later-go").ClickAsync();

        await Assertions.Expect(composer.Locator(".composer-error")).ToHaveTextAsync("Quell’ora è già passata, oppure è troppo lontana.");
        await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync("Ieri");
    }

    [Fact]
    public async Task What_left_one_mailbox_comes_back_there_although_another_is_open()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        var second = await _server.AddMailboxAsync("tesoriere");
        await _server.CommandAsync("member", "add", second.Address, login, "--rights", "read,work,send");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Page.GetByText(office.Shared.Address.Split('@')[0]).First.ClickAsync();
        var composer = await WriteAsync(window, "luisa@example.org", "Da qui");
        await composer.Locator("[data-compose=send]").ClickAsync();
        await window.Page.Locator(".notice-undo").WaitForAsync();
        await window.Page.GetByText(second.Address.Split('@')[0]).First.ClickAsync();
        await window.Page.Locator(".notice-undo").First.ClickAsync();

        await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync("Da qui");
        await Assertions.Expect(composer.Locator(".composer-identity")).ToHaveValueAsync(office.Shared.Address);
    }

    [Fact]
    public async Task A_person_writes_as_any_mailbox_that_is_theirs_to_send_from()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        var second = await _server.AddMailboxAsync("tesoriere");
        await _server.CommandAsync("member", "add", second.Address, login, "--rights", "read,work,send");
        var alias = $"segreteria-{Guid.NewGuid().ToString("N")[..6]}@{office.Shared.Address.Split('@')[1]}";
        await _server.CommandAsync("alias", "add", alias, office.Shared.Address);
        await office.ReceiveAsync(Office.Letter("Marco", "Per la segreteria", "ciao", to: alias));
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Page.GetByText(office.Shared.Address.Split('@')[0]).First.ClickAsync();

        // What came to the other address is answered from it.
        await window.Row("Per la segreteria").ClickAsync();
        await window.Page.Locator("[data-act=reply]").ClickAsync();
        var composer = window.Page.Locator("form.composer");
        await Assertions.Expect(composer.Locator(".composer-identity")).ToHaveValueAsync(alias);
        await window.PictureAsync("identities");
        await composer.Locator(".composer-identity").SelectOptionAsync(second.Address);
        await composer.Locator(".composer-report").EvaluateAsync("box => { box.checked = true; }");
        await composer.Locator("[data-compose=send]").ClickAsync();

        using var imap = await MailKitClients.ImapAsync(_server, second);
        var sent = await imap.GetFolderAsync("Sent", Stop);
        for (var i = 0; i < 150 && sent.Count == 0; i++)
        {
            await Task.Delay(200, Stop);
            await sent.StatusAsync(StatusItems.Count, Stop);
        }

        await sent.OpenAsync(FolderAccess.ReadOnly, Stop);
        (await sent.GetMessageAsync(0, Stop)).From.Mailboxes.Single().Address.Should().Be(second.Address);
        foreach (var mailbox in (Mailbox[])[office.Shared, second])
        {
            using var other = await MailKitClients.ImapAsync(_server, mailbox);
            var drafts = await other.GetFolderAsync("Drafts", Stop);
            await drafts.StatusAsync(StatusItems.Count, Stop);
            drafts.Count.Should().Be(0, "the draft went with the address");
        }
    }

    /// <summary>By a button that was drawn before it was too late.</summary>
    private static async Task CallBackAsync(Window window, string id) => await window.Page.EvaluateAsync(
        """
        id => { const button = document.body.appendChild(document.createElement('button')); button.dataset.callBack = id; button.click(); button.remove(); }
        """, id);

    private static async Task OpenSentAsync(Window window, bool isPhone)
    {
        if (isPhone)
            await window.Page.Locator("[data-drawer=open]").ClickAsync();
        await window.Page.Locator(".folder", new PageLocatorOptions { HasText = "Posta inviata" }).ClickAsync();
    }

    private static async Task<ILocator> WriteAsync(Window window, string to, string subject)
    {
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync(to);
        await composer.Locator(".composer-subject").FillAsync(subject);
        await composer.Locator(".composer-text").FillAsync("Testo");
        return composer;
    }
}
