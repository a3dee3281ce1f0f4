using System.IO.Compression;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Folders by their buttons: made, shown in programs or not, taken out; messages dragged; several mailboxes in one place.</summary>
public sealed class FolderTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_is_made_and_hidden_from_programs_and_shown_again(bool isPhone)
    {
        var (office, window) = await OpenAsync(isPhone);
        await using var _ = window;
        var page = window.Page;
        await SideAsync(window, isPhone);
        await page.Locator(".folder-new summary").ClickAsync();
        await page.Locator(".folder-new input").FillAsync("Bilanci");
        await page.Locator(".folder-new button[type=submit]").ClickAsync();
        await Assertions.Expect(window.Folder("Bilanci")).ToBeVisibleAsync();
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        (await SubscribedAsync(imap)).Should().Contain("Bilanci");

        await TickAsync(window, "Bilanci", isTicked: false);
        await Assertions.Expect(window.Folder("Bilanci")).ToHaveAttributeAsync("data-apart", "1");
        (await SubscribedAsync(imap)).Should().NotContain("Bilanci");
        (await Axe.CheckAsync(page)).Should().BeEmpty();
        await TickAsync(window, "Bilanci", isTicked: true);
        await Assertions.Expect(window.Folder("Bilanci")).Not.ToHaveAttributeAsync("data-apart", "1");
        (await SubscribedAsync(imap)).Should().Contain("Bilanci");

        // A program that does not show what was sent: here it is put right.
        await (await imap.GetFolderAsync("Sent", Stop)).UnsubscribeAsync(Stop);
        await Assertions.Expect(window.Folder("Posta inviata")).ToHaveAttributeAsync("data-apart", "1");
        await TickAsync(window, "Posta inviata", isTicked: true);
        await Assertions.Expect(window.Folder("Posta inviata")).Not.ToHaveAttributeAsync("data-apart", "1");
        (await SubscribedAsync(imap)).Should().Contain("Sent");
        window.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_that_is_pointed_at_keeps_its_name_whole(bool isPhone)
    {
        var (office, window) = await OpenAsync(isPhone);
        await using var _ = window;
        await office.ReceiveAsync([.. Enumerable.Range(0, 12).Select(number => Office.Letter("Marco", $"Lettera {number}", "testo"))]);
        await SideAsync(window, isPhone);
        var (inbox, count) = (window.Folder("Posta in arrivo"), window.Folder("Posta in arrivo").Locator(".count"));
        await Assertions.Expect(count).ToHaveTextAsync("12");

        await inbox.HoverAsync();
        await Assertions.Expect(window.Page.GetByLabel("Altro per Posta in arrivo")).ToHaveCSSAsync("opacity", "1");
        // In the place of the number, where there is no room for both.
        await Assertions.Expect(count).ToHaveCSSAsync("opacity", isPhone ? "1" : "0");
        (await inbox.Locator(".folder-name").EvaluateAsync<bool>("name => name.scrollWidth <= name.clientWidth")).Should().BeTrue();
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_folder_is_taken_out_alone_and_all_in_it_is_read_at_once()
    {
        var (office, window) = await OpenAsync(isPhone: false);
        await using var _ = window;
        await office.ReceiveAsync(Office.Letter("Marco", "Uno", "uno"), Office.Letter("Marco", "Due", "due"));
        using (var imap = await MailKitClients.ImapAsync(_server, office.Shared))
            await (await imap.GetFolderAsync("Archive", Stop)).AppendAsync(Office.Letter("Luisa", "Altrove", "tre"), MessageFlags.Seen, Stop);
        var page = window.Page;

        await SheetAsync(window, "Posta in arrivo");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Scarica come archivio").ClickAsync());
        using (var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), Stop))
            zip.Entries.Select(entry => entry.FullName).Should().BeEquivalentTo("INBOX/000001.eml", "INBOX/000002.eml", "index.html");
        var mbox = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Scarica come mbox").ClickAsync());
        mbox.SuggestedFilename.Should().EndWith(".mbox");
        await using (var file = File.OpenRead(await mbox.PathAsync()))
            (await MboxFile.SubjectsAsync(file)).Should().HaveCount(2);
        await page.GetByText("Segna tutto come letto").ClickAsync();
        await Assertions.Expect(page.Locator(".row[data-unread]")).ToHaveCountAsync(0);
        await page.Locator(".notice-undo").ClickAsync();
        await Assertions.Expect(page.Locator(".row[data-unread]")).ToHaveCountAsync(2);
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_message_is_dragged_into_a_folder()
    {
        var (office, window) = await OpenAsync(isPhone: false);
        await using var _ = window;
        await office.ReceiveAsync(Office.Letter("Marco", "Da archiviare", "uno"), Office.Letter("Marco", "Resta", "due"));

        await window.Row("Da archiviare").DragToAsync(window.Folder("Archivio"));

        await Assertions.Expect(window.Row("Da archiviare")).ToHaveCountAsync(0);
        await window.Folder("Archivio").ClickAsync();
        await Assertions.Expect(window.Row("Da archiviare")).ToBeVisibleAsync();
        await window.Page.Locator(".notice-undo").ClickAsync();
        await Assertions.Expect(window.Row("Da archiviare")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Several_mailboxes_are_in_one_place_with_counts_that_live(bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        var second = await _server.AddMailboxAsync("tesoriere");
        await _server.CommandAsync("member", "add", second.Address, login, "--rights", "read,work");
        await using var window = await chromium.OpenAsync(isPhone);
        await window.SignInAsync(_server, login, password);
        await SideAsync(window, isPhone);
        var (here, there) = (Box(window, office.Shared.Address), Box(window, second.Address));
        await Assertions.Expect(there.Locator(".count")).ToHaveCountAsync(0);

        await new Office(_server, second).ReceiveAsync(Office.Letter("Banca", "Estratto", "uno"), Office.Letter("Banca", "Saldo", "due"));
        await Assertions.Expect(there.Locator(".count")).ToHaveTextAsync("2");
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty();
        await window.PictureAsync($"boxes{(isPhone ? "-phone" : "")}");
        await there.ClickAsync();
        await window.Row("Saldo").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync("Saldo");
        // Who may not send from there is not offered it.
        await Assertions.Expect(window.Page.Locator(".mail-foot [data-act=reply]")).ToBeDisabledAsync();
        if (isPhone)
            await window.Page.Locator(".mail-back").ClickAsync();
        await SideAsync(window, isPhone);
        await Assertions.Expect(there.Locator(".count")).ToHaveTextAsync("1");
        await here.ClickAsync();
        await Assertions.Expect(here).ToHaveAttributeAsync("aria-current", "true");
        window.Errors.Should().BeEmpty();
    }

    private Task<(Office Office, Window Window)> OpenAsync(bool isPhone) => Office.OpenAsync(_server, chromium.OpenAsync(isPhone));

    private static async Task SideAsync(Window window, bool isPhone)
    {
        if (isPhone)
            await window.Page.Locator("[data-drawer=open]").ClickAsync();
    }

    private static async Task SheetAsync(Window window, string name)
    {
        await window.Folder(name).HoverAsync();
        await window.Page.GetByLabel($"Altro per {name}").ClickAsync();
        await window.Page.Locator("dialog.sheet[open]").WaitForAsync();
    }

    private static async Task TickAsync(Window window, string name, bool isTicked)
    {
        // On a telephone the drawer closes with the sheet.
        if (!await window.Folder(name).IsVisibleAsync())
            await SideAsync(window, isPhone: true);
        await SheetAsync(window, name);
        await window.Page.GetByLabel("Mostrala nei programmi di posta").SetCheckedAsync(isTicked);
        await window.Page.Locator("dialog.sheet[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(window.Page.Locator("dialog.sheet[open]")).ToHaveCountAsync(0);
    }

    private static async Task<IEnumerable<string>> SubscribedAsync(MailKit.Net.Imap.ImapClient imap) =>
        (await imap.GetFoldersAsync(imap.PersonalNamespaces[0], StatusItems.None, subscribedOnly: true, Stop)).Select(folder => folder.FullName);

    private static ILocator Box(Window window, string address) => window.Page.Locator($".box[title='{address}']");
}
