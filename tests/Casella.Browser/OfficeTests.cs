using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>
/// From the first owner's link to a mailbox whose member signs in; and who has no role finds nothing. In Italian on a
/// desk, in English on a telephone.
/// </summary>
public sealed class OfficeTests(SharedServer shared, Chromium chromium)
{
    private const string Password = "correct horse battery 9";

    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData(false, "it-IT", "Panoramica")]
    [InlineData(true, "en-GB", "Overview")]
    public async Task The_first_owner_makes_a_mailbox_and_invites_who_works_in_it(bool isPhone, string locale, string overview)
    {
        await using var desk = await chromium.OpenAsync(isPhone, locale);
        var page = desk.Page;
        var (login, member, box) = (Name("olga"), Name("marco"), Name("soci"));
        await page.GotoAsync(At(await LinkAsync()));
        await page.Locator("input[name=name]").FillAsync("Olga");
        await page.Locator("input[name=user]").FillAsync(login);
        await page.Locator("input[name=password]").FillAsync(Password);
        await page.Locator("input[name=again]").FillAsync(Password);
        await page.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".office-title h1")).ToHaveTextAsync(overview);
        await PictureAsync(desk, $"office-{locale}-1-overview");

        await OpenAsync(page, "/office/people");
        await page.Locator("input[name=name]").FillAsync("Marco");
        await page.Locator("input[name=login]").FillAsync(member);
        await page.Locator("form.card button[type=submit]").ClickAsync();
        await page.Locator("#sign-in").WaitForAsync();
        await page.Locator("section[aria-labelledby=sign-in] button").ClickAsync();
        var invitation = await page.Locator(".secret code").InnerTextAsync();
        await PictureAsync(desk, $"office-{locale}-2-person");

        await OpenAsync(page, "/office/new");
        await page.Locator("input[name=name]").FillAsync(box);
        await page.Locator("select[name=domain]").SelectOptionAsync("example.test");
        await page.Locator("fieldset.members > button").First.ClickAsync();
        await page.Locator(".member select").First.SelectOptionAsync(member);
        await page.Locator("input[name=common]").UncheckAsync();
        await PictureAsync(desk, $"office-{locale}-3-new");
        await page.Locator("form.office-form > button").ClickAsync();
        await Assertions.Expect(page.Locator("section.card h2").First).ToHaveTextAsync($"{box}@example.test");
        await OpenAsync(page, $"/office/mailboxes/{box}@example.test");
        await PictureAsync(desk, $"office-{locale}-4-mailbox");
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).Should().BeLessThanOrEqualTo(0);
        desk.Errors.Should().BeEmpty();

        await using var other = await chromium.OpenAsync(isPhone, locale);
        await other.Page.GotoAsync(At(new Uri(invitation).AbsolutePath));
        await other.Page.Locator("input[name=password]").FillAsync(Password);
        await other.Page.Locator("input[name=again]").FillAsync(Password);
        await other.Page.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(other.Page.Locator("#desk")).ToContainTextAsync($"{box}@example.test");
        await other.Page.GotoAsync(At("/office/mailboxes"));
        await Assertions.Expect(other.Page.Locator(".office-absent")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_mailbox_that_is_opened_with_a_reason_is_read_and_says_so()
    {
        await using var desk = await chromium.OpenAsync();
        var (page, login) = (desk.Page, Name("olga"));
        await _server.CommandAsync($"{Password}\n", ["person", "add", "Olga", "--login", login, "--password-stdin"]);
        await _server.CommandAsync("office", "set", login, "--roles", "operator");
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Gino Neri", "La fattura di maggio", "Ecco."));
        await desk.SignInAsync(_server, login, Password);

        await OpenAsync(page, $"/office/mailboxes/{office.Shared.Address}");
        await page.Locator("section[aria-labelledby=visit] input[name=reason]").FillAsync("Marco non trova la fattura");
        await page.Locator("section[aria-labelledby=visit] button").ClickAsync();

        await Assertions.Expect(page.Locator(".row").First).ToContainTextAsync("La fattura di maggio");
        var history = (await _server.CommandAsync("history", office.Shared.Address)).Output;
        history.Should().Contain("Marco non trova la fattura").And.Contain("Olga");
    }

    [Theory]
    [InlineData(false, "it")]
    [InlineData(true, "en")]
    public async Task A_mailbox_is_helped_lists_are_kept_and_keys_are_changed(bool isPhone, string language)
    {
        await using var desk = await chromium.OpenAsync(isPhone);
        var (page, login) = (desk.Page, Name("olga"));
        await _server.CommandAsync($"{Password}\n", ["person", "add", "Olga", "--login", login, "--language", language, "--password-stdin"]);
        await _server.CommandAsync("office", "set", login, "--roles", "owner");
        var office = await Office.OpenAsync(_server);
        await MailKitClients.DeliverAsync(_server, Office.Letter("Gino Neri", "La fattura di maggio", "Ecco."), office.Shared.Address);
        var backups = Directory.CreateTempSubdirectory("casella-backups-").FullName;
        await _server.CommandAsync("backup", backups);
        using (var imap = await MailKitClients.ImapAsync(_server, office.Shared))
        {
            await imap.Inbox!.StoreAsync([0], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), TestContext.Current.CancellationToken);
            await imap.Inbox.ExpungeAsync(TestContext.Current.CancellationToken);
        }

        await desk.SignInAsync(_server, login, Password);
        await UndoesAsync(desk, office);
        await RestoresAsync(desk, office);
        await ExportsAsync(desk, office);
        await KeepsListsAsync(desk);
        await ChangesKeysAsync(desk);
        desk.Errors.Should().BeEmpty();
        Directory.Delete(backups, recursive: true);
        var journal = (await _server.CommandAsync("office", "journal")).Output;
        foreach (var act in new[] { "mailbox.undo", "mailbox.restore", "mailbox.export", "list.set", "list.set-member", "domain.make-keys" })
            journal.Should().Contain(act);
    }

    private async Task UndoesAsync(Window desk, Office office)
    {
        await OpenAsync(desk.Page, $"/office/mailboxes/{office.Shared.Address}");
        (await Axe.CheckAsync(desk.Page)).Should().BeEmpty("the mailbox");
        await desk.Page.Locator("select[name=undo-who]").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await desk.Page.Locator("section[aria-labelledby=undo] button").First.ClickAsync();
        await Assertions.Expect(desk.Page.Locator("section[aria-labelledby=undo] [role=status]")).ToContainTextAsync("1");
        await PictureAsync(desk, "office-undo");
    }

    /// <summary>What the program has deleted comes from the backup; the rest is there.</summary>
    private async Task RestoresAsync(Window desk, Office office)
    {
        await OpenAsync(desk.Page, $"/office/backups?mailbox={office.Shared.Address}");
        (await Axe.CheckAsync(desk.Page)).Should().BeEmpty("backups");
        await desk.Page.Locator("form.office-form button[type=submit]").ClickAsync();
        await Assertions.Expect(desk.Page.Locator("section[aria-labelledby=restored] li").First).ToContainTextAsync("1 ");
        await PictureAsync(desk, "office-restored");
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        imap.Inbox!.Count.Should().Be(1);
    }

    private async Task ExportsAsync(Window desk, Office office)
    {
        await OpenAsync(desk.Page, $"/office/mailboxes/{office.Shared.Address}");
        await desk.Page.Locator("section[aria-labelledby=safe] input[name=reason]").FillAsync("Il comitato cambia gestore");
        var download = await desk.Page.RunAndWaitForDownloadAsync(() => desk.Page.Locator("section[aria-labelledby=safe] button[type=submit]").ClickAsync());
        await using var zip = await System.IO.Compression.ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        zip.Entries.Should().Contain(entry => entry.Name.EndsWith(".eml", StringComparison.Ordinal));
        (await _server.CommandAsync("history", office.Shared.Address)).Output.Should().Contain("Il comitato cambia gestore");
    }

    private async Task KeepsListsAsync(Window desk)
    {
        var (page, name) = (desk.Page, Name("soci"));
        await OpenAsync(page, "/office/lists");
        (await Axe.CheckAsync(page)).Should().BeEmpty("lists");
        await page.Locator("input[name=name]").FillAsync(name);
        await page.Locator("select[name=domain]").SelectOptionAsync("example.test");
        await page.Locator("input[name=title]").FillAsync("I soci");
        await page.Locator("select[name=posting]").SelectOptionAsync("Members");
        await page.Locator("form.office-form button[type=submit]").ClickAsync();
        await page.WaitForURLAsync("**/office/lists/*@*");
        // Anew: what is typed before the page is live would be lost.
        await OpenAsync(page, new Uri(page.Url).AbsolutePath);
        await page.Locator("textarea[name=members]").FillAsync("gino@example.org\neva@example.org");
        await page.Locator("form.office-form button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("section[aria-labelledby=list-members] li")).ToHaveCountAsync(2);
        (await Axe.CheckAsync(page)).Should().BeEmpty("a list");
        await PictureAsync(desk, "office-list");
        (await _server.CommandAsync("list", "show", $"{name}@example.test")).Output.Should().Contain("eva@example.org");
    }

    private async Task ChangesKeysAsync(Window desk)
    {
        await OpenAsync(desk.Page, "/office/domains/example.test");
        var keys = desk.Page.Locator("section[aria-labelledby=keys]");
        if (await keys.Locator(".state[data-state=open]").CountAsync() == 0)
            await keys.Locator("button").ClickAsync();
        await Assertions.Expect(keys.Locator("li")).ToHaveCountAsync(4);
        (await Axe.CheckAsync(desk.Page)).Should().BeEmpty("the domain");
        await keys.Locator("button").ClickAsync();
        // Nobody has put them into DNS.
        await Assertions.Expect(desk.Page.Locator(".banner[data-level=warning]")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 30_000 });
    }

    private static string Name(string begin) => $"{begin}{Guid.NewGuid().ToString("N")[..8]}";

    private string At(string path) => $"https://localhost:{_server.Ports.Https}{path}";

    private async Task<string> LinkAsync()
    {
        var said = (await _server.CommandAsync("office", "link")).Output;
        var begin = said.IndexOf("/welcome/", StringComparison.Ordinal);
        return said[begin..said.IndexOfAny(['\r', '\n', ' '], begin)];
    }

    private async Task OpenAsync(IPage page, string path)
    {
        (await page.GotoAsync(At(path)))!.Status.Should().Be(200, path);
        await page.Locator(".office-main[data-ready]").WaitForAsync();
    }

    private static async Task PictureAsync(Window window, string name)
    {
        if (Environment.GetEnvironmentVariable("WEBMAIL_SCREENS") is { Length: > 0 } folder)
            await window.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Join(folder, $"{name}.png"), FullPage = true });
    }
}
