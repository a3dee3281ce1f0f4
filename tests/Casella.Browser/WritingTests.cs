using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Search;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Writing: answers that find their conversation, drafts that everybody sees, sending that can be called back.</summary>
public sealed class WritingTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_saved_sent_filed_and_marks_what_it_answers()
    {
        var office = await Office.OpenAsync(_server);
        var original = Office.Letter("Marco", "Preventivo", "Quanto costa?\nGrazie");
        original.References.Add("prima@example.org");
        await office.ReceiveAsync(original);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Row("Preventivo").ClickAsync();
        await window.Page.Locator(".mail-head h1").WaitForAsync();

        await window.Page.Keyboard.PressAsync("r");
        var composer = window.Page.Locator("form.composer");
        await Assertions.Expect(composer.Locator(".person")).ToHaveTextAsync("Marco×");
        await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync("Re: Preventivo");
        await window.Page.Keyboard.TypeAsync("Cento euro.");
        await Assertions.Expect(composer.Locator(".composer-state")).ToHaveTextAsync("Salvato nelle bozze");
        await window.PictureAsync("composer");
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        var drafts = await imap.GetFolderAsync("Drafts", Stop);
        await drafts.OpenAsync(FolderAccess.ReadOnly, Stop);
        drafts.Count.Should().Be(1);
        (await drafts.GetMessageAsync(0, Stop)).TextBody.Should().StartWith("Cento euro.").And.Contain("> Quanto costa?");

        await composer.Locator("[data-compose=send]").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".notice")).ToContainTextAsync("Invio in corso");

        var sent = await imap.GetFolderAsync("Sent", Stop);
        await WaitForAsync(async () => { await sent.StatusAsync(StatusItems.Count, Stop); return sent.Count == 1; });
        await sent.OpenAsync(FolderAccess.ReadOnly, Stop);
        var copy = await sent.GetMessageAsync(0, Stop);
        copy.InReplyTo.Should().Be(original.MessageId);
        copy.References.Should().Equal("prima@example.org", original.MessageId);
        copy.From.ToString().Should().Contain("Anna").And.Contain(office.Shared.Address);
        await WaitForAsync(async () => { await drafts.StatusAsync(StatusItems.Count, Stop); return drafts.Count == 0; });
        await imap.Inbox!.OpenAsync(FolderAccess.ReadOnly, Stop);
        (await imap.Inbox!.SearchAsync(SearchQuery.Answered, Stop)).Should().ContainSingle();
    }

    [Fact]
    public async Task What_was_sent_can_be_called_back()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);

        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync("luisa@example.org");
        await composer.Locator(".composer-subject").FillAsync("Troppo presto");
        await composer.Locator(".composer-text").FillAsync("Manca qualcosa");
        await composer.Locator("[data-compose=send]").ClickAsync();
        await window.Page.Locator(".notice-undo").ClickAsync();

        await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync("Troppo presto");
        await Assertions.Expect(composer.Locator(".composer-text")).ToHaveValueAsync("Manca qualcosa");
        await Assertions.Expect(composer.Locator(".person")).ToHaveTextAsync("luisa@example.org×");
    }

    [Fact]
    public async Task A_second_answer_is_warned_of()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Chi risponde?", "Qualcuno può?"));
        var (anna, annas) = await office.AddPersonAsync("Anna");
        var (luca, lucas) = await office.AddPersonAsync("Luca");
        await using var one = await chromium.OpenAsync();
        await using var other = await chromium.OpenAsync();
        await one.SignInAsync(_server, anna, annas);
        await other.SignInAsync(_server, luca, lucas);
        await other.Row("Chi risponde?").ClickAsync();
        await other.Page.Locator(".mail-head h1").WaitForAsync();

        await one.Row("Chi risponde?").ClickAsync();
        await one.Page.Locator(".mail-head h1").WaitForAsync();
        await one.Page.Keyboard.PressAsync("r");
        await one.Page.Locator("form.composer").WaitForAsync();
        await one.Page.Keyboard.TypeAsync("Io");

        await Assertions.Expect(other.Page.Locator(".banner[data-level=work]")).ToHaveTextAsync("Anna sta rispondendo.");
        await other.PictureAsync("second-answer");
    }

    [Fact]
    public async Task Beside_what_was_sent_stands_where_it_is()
    {
        var office = await Office.OpenAsync(_server);
        var other = await _server.AddMailboxAsync("bea");
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync(other.Address);
        await composer.Locator(".composer-subject").FillAsync("Dove sei");
        await composer.Locator("[data-compose=send]").ClickAsync();

        await window.Page.GetByText("Posta inviata").First.ClickAsync();
        await window.Row("Dove sei").First.ClickAsync(new LocatorClickOptions { Timeout = 30_000 });

        var fates = window.Page.Locator(".fates");
        await Assertions.Expect(fates.Locator("summary")).ToHaveTextAsync("Arrivato al destinatario", new LocatorAssertionsToHaveTextOptions { Timeout = 30_000 });
        await fates.Locator("summary").ClickAsync();
        await Assertions.Expect(fates.Locator("li")).ToContainTextAsync($"{other.Address} nella sua casella da");
        await window.PictureAsync("fates");
    }

    [Fact]
    public async Task A_file_goes_along()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync(office.Shared.Address);
        await composer.Locator(".composer-subject").FillAsync("Con allegato");
        await composer.Locator("[data-compose=attach]").SetInputFilesAsync(new FilePayload { Name = "turni più nuovi.txt", MimeType = "text/plain", Buffer = "lunedì"u8.ToArray() });
        await Assertions.Expect(composer.Locator(".composer-files li")).ToContainTextAsync("turni più nuovi.txt");
        await Assertions.Expect(composer.Locator(".composer-state")).ToHaveTextAsync("Salvato nelle bozze");

        await composer.Locator("[data-compose=send]").ClickAsync();

        await window.Row("Con allegato").First.ClickAsync(new LocatorClickOptions { Timeout = 30_000 });
        await Assertions.Expect(window.Page.Locator(".file-name")).ToHaveTextAsync("turni più nuovi.txt");
        var download = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.Locator(".file").ClickAsync());
        download.SuggestedFilename.Should().Be("turni più nuovi.txt");
        (await File.ReadAllTextAsync(await download.PathAsync(), Stop)).Should().Be("lunedì");
    }

    private static async Task WaitForAsync(Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 150; i++)
        {
            if (await isSo())
                return;
            await Task.Delay(200, Stop);
        }

        throw new TimeoutException("It did not come.");
    }
}
