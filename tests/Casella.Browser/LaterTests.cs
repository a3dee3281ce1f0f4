using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>What is put off, taken back, noticed in time, brought away; and what a browser elsewhere may still do.</summary>
public sealed class LaterTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private string Site => $"https://localhost:{_server.Ports.Https}";

    [Fact]
    public async Task A_message_is_put_off_and_its_story_takes_back_what_was_done()
    {
        var (office, window) = await OpenAsync();
        await using var _ = window;
        await office.ReceiveAsync(Office.Letter("Marco", "Preventivo", "Quanto costa?"), Office.Letter("Luisa", "Turni", "ecco"));
        var page = window.Page;
        await window.Row("Preventivo").ClickAsync();
        await page.GetByLabel("Rimanda").ClickAsync();
        await page.GetByText("Lunedì").ClickAsync();
        await Assertions.Expect(window.Row("Preventivo")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("Rimandato a lun");
        await page.Locator(".notice-undo").ClickAsync();
        await Assertions.Expect(window.Row("Preventivo")).ToHaveCountAsync(1);

        await window.Row("Preventivo").Locator("[data-row-act=star]").ClickAsync();
        await window.Row("Preventivo").ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Storia" }).ClickAsync();
        var starred = page.Locator(".story li", new PageLocatorOptions { HasText = "speciale" }).First;
        await starred.GetByText("Annulla").ClickAsync();
        await Assertions.Expect(window.Row("Preventivo").Locator(".star")).ToHaveAttributeAsync("aria-pressed", "false");
        await window.PictureAsync("story");
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_forgotten_attachment_is_asked_for_once()
    {
        var (office, window) = await OpenAsync();
        await using var _ = window;
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync(office.Shared.Address);
        await composer.Locator(".composer-subject").FillAsync("Verbale");
        await composer.Locator(".composer-text").FillAsync("In allegato il verbale.");
        await composer.Locator("button[data-compose=send]").ClickAsync();
        await Assertions.Expect(composer.Locator(".composer-error")).ToContainTextAsync("Parli di un allegato");
        await composer.Locator("button[data-compose=send]").ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_source_is_text_and_a_message_prints_without_what_is_around_it()
    {
        var (office, window) = await OpenAsync();
        await using var _ = window;
        await office.ReceiveAsync(Office.Letter("Luisa", "A parole", "ciao"), Office.Letter("Marco", "Da stampare", "ciao", "<p>ciao</p><script>alert(1)</script>"));
        var page = window.Page;
        await window.Row("Da stampare").ClickAsync();
        await page.Locator(".mail-frame").WaitForAsync();
        await page.Locator(".mail-bar details.menu > summary").Last.ClickAsync();
        var source = await page.Context.RunAndWaitForPageAsync(() => page.GetByText("Mostra il sorgente").ClickAsync());
        await Assertions.Expect(source.Locator("pre")).ToContainTextAsync("Subject: Da stampare");
        (await source.EvaluateAsync<string>("document.contentType")).Should().Be("text/plain");
        await source.CloseAsync();

        // Rich mail on a page of its own, for a frame would print what is seen of it; with its policy, and all of it.
        await page.Locator(".mail-bar details.menu > summary").Last.ClickAsync();
        var print = await page.Context.RunAndWaitForPageAsync(() => page.Locator(".menu-item", new PageLocatorOptions { HasText = "Stampa" }).ClickAsync());
        await Assertions.Expect(print.Locator("h1")).ToHaveTextAsync("Da stampare");
        await Assertions.Expect(print.Locator(".casella-print")).ToContainTextAsync("Da: Marco <marco@example.org>");
        await print.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Assertions.Expect(print.Locator(".casella-hint")).ToBeHiddenAsync();
        (await print.EvaluateAsync<string>("self.origin")).Should().Be("null", "it is in the sandbox of the frame");
        await print.CloseAsync();
        await window.Row("A parole").ClickAsync();
        await page.EvaluateAsync("() => { globalThis.print = () => { document.body.dataset.printed = '1'; }; }");
        await page.Locator(".mail-bar details.menu > summary").Last.ClickAsync();
        await page.Locator(".menu-item", new PageLocatorOptions { HasText = "Stampa" }).ClickAsync();
        await Assertions.Expect(page.Locator("body")).ToHaveAttributeAsync("data-printed", "1");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Assertions.Expect(page.Locator(".mail-head h1")).ToBeVisibleAsync();
        foreach (var around in (string[])[".side", ".list-pane", ".mail-bar", ".mail-foot"])
            await Assertions.Expect(page.Locator(around).First).ToBeHiddenAsync();
    }

    [Fact]
    public async Task An_archive_says_how_far_it_is_and_duplicates_are_shown_before_they_go()
    {
        var (office, window) = await OpenAsync();
        await using var _ = window;
        var twice = Office.Letter("Marco", "Doppio", "Lo stesso");
        await office.ReceiveAsync(twice, twice, Office.Letter("Luisa", "Uno solo", "ciao"));
        var page = window.Page;
        await page.GotoAsync($"{Site}/space");
        await Assertions.Expect(page.Locator(".bar").First).ToBeVisibleAsync();

        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("a[download]:not([href*=mbox])").ClickAsync());
        await Assertions.Expect(page.Locator(".space-export")).ToHaveTextAsync("L’archivio è completo: 3 messaggi.");
        download.SuggestedFilename.Should().EndWith(".zip");
        await page.GetByText("Cerca i doppioni").ClickAsync();
        await Assertions.Expect(page.Locator("[aria-labelledby=make-room] .things li")).ToContainTextAsync("Doppio");
        await window.PictureAsync("duplicates");
        await page.Locator("[aria-labelledby=make-room] .danger").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("liberati");
        await page.Locator(".banner .link-button").ClickAsync();
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("com’era");
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_browser_and_a_device_are_put_out_from_the_settings()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await _server.CommandAsync("device", "add", office.Shared.Address, "--person", login, "--name", "Telefono di Anna");
        await using var here = await chromium.OpenAsync();
        await using var there = await chromium.OpenAsync(isPhone: true);
        await here.SignInAsync(_server, login, password);
        await there.SignInAsync(_server, login, password);
        await here.Page.GotoAsync($"{Site}/settings", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });

        await here.Page.Locator("[aria-labelledby=browsers] li button").ClickAsync();
        await Assertions.Expect(there.Page).ToHaveURLAsync(new Regex("/sign-in\\?why=EndElsewhere$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await here.Page.Locator("[aria-labelledby=devices] .danger").ClickAsync();
        await Assertions.Expect(here.Page.Locator("[aria-labelledby=devices]")).ToContainTextAsync("Revocare Telefono di Anna?");
        await here.Page.Locator("[aria-labelledby=devices] .danger").ClickAsync();
        await Assertions.Expect(here.Page.Locator("[aria-labelledby=devices] li")).ToHaveCountAsync(0);
        here.Errors.Should().BeEmpty();
    }

    /// <summary>An answer that would go to somebody else's domain, and a link that leads where it does not say.</summary>
    [Fact]
    public async Task What_leads_elsewhere_is_said()
    {
        var (office, window) = await OpenAsync();
        await using var _ = window;
        var letter = Office.Letter("Banca", "Conto", "apri", "<p><a href=\"https://evil.test/x\">www.banca.example.org</a></p>");
        letter.ReplyTo.Add(new MailboxAddress("", "cassa@evil.test"));
        await office.ReceiveAsync(letter);
        await window.Row("Conto").ClickAsync();

        await Assertions.Expect(window.Page.Locator(".banner[data-level=warning]")).ToContainTextAsync("cassa@evil.test");
        await Assertions.Expect(window.Page.FrameLocator(".mail-frame").Locator(".casella-goes-to")).ToContainTextAsync("evil.test");
    }

    [Fact]
    public async Task A_telephone_takes_it_for_a_program_of_its_own()
    {
        await using var window = await chromium.OpenAsync(isPhone: true);
        await window.Page.GotoAsync($"{Site}/sign-in");
        var devtools = await window.Page.Context.NewCDPSessionAsync(window.Page);

        var errors = await devtools.SendAsync("Page.getInstallabilityErrors");

        errors!.Value.GetProperty("installabilityErrors").EnumerateArray().Select(one => one.GetProperty("errorId").GetString())
            .Should().BeSubsetOf(["in-incognito"]);
    }

    private Task<(Office Office, Window Window)> OpenAsync() => Office.OpenAsync(_server, chromium.OpenAsync());
}
