using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Templates of a mailbox: one member makes them, all use them, and who may not work there changes none.</summary>
public sealed class TemplateTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_one_keeps_another_member_writes_with(bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        var (anna, annas) = await office.AddPersonAsync("Anna");
        var (luca, lucas) = await office.AddPersonAsync("Luca", language: "en");
        await using var one = await chromium.OpenAsync(isPhone);
        await using var other = await chromium.OpenAsync(isPhone, "en-GB");
        await one.SignInAsync(_server, anna, annas);
        await other.SignInAsync(_server, luca, lucas);

        await one.Page.Keyboard.PressAsync("c");
        var writing = one.Page.Locator("form.composer");
        await writing.Locator(".composer-subject").FillAsync("Richiesta di tesseramento");
        await writing.Locator(".composer-text").FillAsync("Gentile socio,\n\necco il modulo.");
        await writing.Locator("[data-compose=attach]").SetInputFilesAsync(new FilePayload { Name = "modulo.txt", MimeType = "text/plain", Buffer = "nome"u8.ToArray() });
        await Assertions.Expect(writing.Locator(".composer-state")).ToHaveTextAsync("Salvato nelle bozze");
        await writing.Locator("[data-templates] > summary").ClickAsync();
        await Assertions.Expect(writing.Locator(".menu-none")).ToContainTextAsync("Ancora nessun modello");
        await one.PictureAsync($"template-keep{(isPhone ? "-phone" : "")}");
        await writing.Locator("[data-compose=keep-template]").ClickAsync();
        await Assertions.Expect(writing.Locator(".composer-state")).ToHaveTextAsync("Conservato tra i modelli");

        await other.Page.Keyboard.PressAsync("c");
        var reusing = other.Page.Locator("form.composer");
        await reusing.Locator("[data-templates] > summary").ClickAsync();
        await reusing.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Richiesta di tesseramento" }).ClickAsync();
        await Assertions.Expect(reusing.Locator(".composer-subject")).ToHaveValueAsync("Richiesta di tesseramento");
        (await reusing.Locator(".composer-text").InputValueAsync()).Should().StartWith("Gentile socio,\n\necco il modulo.");
        await Assertions.Expect(reusing.Locator(".composer-files li")).ToContainTextAsync("modulo.txt");
        (await Axe.CheckAsync(other.Page)).Should().BeEmpty();

        // In a program it is a folder as Thunderbird has it.
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        var folder = await imap.GetFolderAsync("Templates", Stop);
        await folder.OpenAsync(FolderAccess.ReadOnly, Stop);
        folder.Count.Should().Be(1);
        (await folder.GetMessageAsync(0, Stop)).Attachments.Should().ContainSingle();
    }

    [Fact]
    public async Task A_template_is_changed_used_and_deleted()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await KeepAsync(window, "Convocazione", "Siete convocati.");
        var page = window.Page;
        await page.Locator(".folder", new PageLocatorOptions { HasText = "Modelli" }).ClickAsync();
        await window.Row("Convocazione").ClickAsync();
        await window.PictureAsync("template");

        await page.Locator("[data-act=template-edit]").ClickAsync();
        var composer = page.Locator("form.composer[data-template]");
        await composer.Locator(".composer-text").FillAsync("Ripensandoci no.");
        await composer.Locator("[data-compose=discard]").ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);
        await Assertions.Expect(window.Row("Convocazione")).ToBeVisibleAsync();
        await page.Locator("[data-act=template-edit]").ClickAsync();
        await Assertions.Expect(composer.Locator(".composer-text")).ToHaveValueAsync(new Regex("^Siete convocati\\.\\s*$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await composer.Locator(".composer-text").FillAsync("Siete convocati per lunedì.");
        await window.PictureAsync("template-edit");
        await composer.Locator("[data-compose=send]").ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(1);

        await window.Row("Convocazione").ClickAsync();
        await Assertions.Expect(page.Locator(".plain")).ToContainTextAsync("per lunedì");
        await page.Locator("[data-act=template-use]").ClickAsync();
        var written = page.Locator("form.composer");
        await Assertions.Expect(written.Locator(".composer-subject")).ToHaveValueAsync("Convocazione");
        (await written.Locator(".composer-text").InputValueAsync()).Should().StartWith("Siete convocati per lunedì.");
        await written.Locator("[data-compose=discard]").ClickAsync();
        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(1);

        await window.Row("Convocazione").ClickAsync();
        await page.Locator(".mail-bar [data-act=delete]").ClickAsync();
        await Assertions.Expect(page.Locator(".row")).ToHaveCountAsync(0);
        await page.Locator(".notice-undo").First.ClickAsync();
        await Assertions.Expect(window.Row("Convocazione")).ToBeVisibleAsync();
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_may_only_read_and_send_uses_templates_and_changes_none()
    {
        var office = await Office.OpenAsync(_server);
        var (anna, annas) = await office.AddPersonAsync("Anna");
        var (rita, ritas) = await office.AddPersonAsync("Rita", rights: "read");
        await using (var window = await chromium.OpenAsync())
        {
            await window.SignInAsync(_server, anna, annas);
            await KeepAsync(window, "Ringraziamento", "Grazie!");
        }

        await using var reader = await chromium.OpenAsync();
        await reader.SignInAsync(_server, rita, ritas);
        await reader.Page.Locator(".folder", new PageLocatorOptions { HasText = "Modelli" }).ClickAsync();
        await Assertions.Expect(reader.Page.Locator("[data-act=template-new]")).ToBeDisabledAsync();
        await reader.Row("Ringraziamento").ClickAsync();
        await Assertions.Expect(reader.Page.Locator("[data-act=template-edit]")).ToBeDisabledAsync();
        // The page's buttons are no wall: the same is asked without them.
        var answer = await reader.Page.EvaluateAsync<int>(
            """
            async () => (await fetch('/compose/save', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Casella-Forms': document.querySelector('meta[name=casella-forms]').content },
              body: JSON.stringify({ account: +new URLSearchParams(document.querySelector('a[href^="/space?box="]').search).get('box'), subject: 'Falso', text: 'x', isTemplate: true }) })).status
            """);
        answer.Should().Be(422);
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        var folder = await imap.GetFolderAsync("Templates", Stop);
        await folder.OpenAsync(FolderAccess.ReadOnly, Stop);
        folder.Count.Should().Be(1);
    }

    private static async Task KeepAsync(Window window, string name, string text)
    {
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator(".composer-subject").FillAsync(name);
        await composer.Locator(".composer-text").FillAsync(text);
        await composer.Locator("[data-templates] > summary").ClickAsync();
        await composer.Locator("[data-compose=keep-template]").ClickAsync();
        await Assertions.Expect(composer.Locator(".composer-state")).ToHaveTextAsync("Conservato tra i modelli");
        await composer.Locator("[data-compose=discard]").ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);
    }
}
