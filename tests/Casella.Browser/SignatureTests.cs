using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Each address its signature; and what goes with the person to another device.</summary>
public sealed class SignatureTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Settings => $"https://localhost:{_server.Ports.Https}/settings";

    [Fact]
    public async Task Each_address_has_its_signature_and_what_was_written_stays()
    {
        var office = await Office.OpenAsync(_server);
        var alias = await AddAliasAsync(office, "segreteria");
        await office.ReceiveAsync(Office.Letter("Marco", "Per la segreteria", "ciao", "<p>ciao</p>", to: alias));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Page.GotoAsync(Settings, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await Signature(window, "Firma").FillAsync("Anna\nSezione di Trento");
        await Signature(window, $"Firma di {alias}").FillAsync("Anna\nla segreteria");
        await window.PictureAsync("signatures");
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty();
        await window.Page.Locator(".card-form", new PageLocatorOptions { HasText = "Firma" }).Locator("> button").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Salvato.");
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await window.ReadyAsync();

        // Plain: what stands above and below it stays.
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        var (text, from) = (composer.Locator(".composer-text"), composer.Locator(".composer-identity"));
        await Assertions.Expect(text).ToHaveValueAsync("\n\n-- \nAnna\nSezione di Trento\n");
        await text.FillAsync("Buongiorno\n\n-- \nAnna\nSezione di Trento\nPS: domani chiuso");
        await from.SelectOptionAsync(alias);
        await Assertions.Expect(text).ToHaveValueAsync("Buongiorno\n\n-- \nAnna\nla segreteria\nPS: domani chiuso");
        await text.FillAsync("Buongiorno\n\n-- \nAnna, come mi pare\n");
        await from.SelectOptionAsync(office.Shared.Address);
        await Assertions.Expect(text).ToHaveValueAsync("Buongiorno\n\n-- \nAnna, come mi pare\n");
        await composer.Locator("[data-compose=discard]").ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);

        // Rich: what came to the other address is answered with its signature; the quotation stays.
        await window.Row("Per la segreteria").ClickAsync();
        await window.Page.Locator("[data-act=reply]").ClickAsync();
        var rich = composer.Locator(".composer-rich");
        await Assertions.Expect(from).ToHaveValueAsync(alias);
        await Assertions.Expect(rich).ToContainTextAsync("la segreteria");
        await window.Page.Keyboard.TypeAsync("Eccomi");
        await from.SelectOptionAsync(office.Shared.Address);
        await Assertions.Expect(rich).ToContainTextAsync("Sezione di Trento");
        await Assertions.Expect(rich).Not.ToContainTextAsync("la segreteria");
        await Assertions.Expect(rich).ToContainTextAsync("Eccomi");
        await Assertions.Expect(rich.Locator("blockquote")).ToHaveTextAsync("ciao");
        await window.PictureAsync("signature-rich");
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Answering_all_leaves_out_every_address_of_ones_own()
    {
        var office = await Office.OpenAsync(_server);
        var alias = await AddAliasAsync(office, "eventi");
        var letter = Office.Letter("Marco", "Festa", "chi viene?", to: alias);
        letter.Cc.Add(new MimeKit.MailboxAddress("Luisa", "luisa@example.org"));
        letter.Cc.Add(new MimeKit.MailboxAddress("", office.Shared.Address));
        await office.ReceiveAsync(letter);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);

        await window.Row("Festa").ClickAsync();
        await window.Page.Locator("[data-act=reply-all]").ClickAsync();

        await Assertions.Expect(window.Page.Locator("form.composer .person")).ToHaveTextAsync(["Marco×", "Luisa×"]);
    }

    [Fact]
    public async Task Language_and_clock_are_the_persons_on_every_device()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var desk = await chromium.OpenAsync(zone: "Europe/Rome");
        await using var phone = await chromium.OpenAsync(isPhone: true, zone: "Europe/Rome");
        await desk.SignInAsync(_server, login, password);
        await phone.SignInAsync(_server, login, password);
        await desk.Page.GotoAsync(Settings, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await desk.Page.Locator("select[name=zone]").SelectOptionAsync("Pacific/Auckland");
        await desk.Page.Locator("form[action='/zone'] button").ClickAsync();
        await Assertions.Expect(desk.Page.Locator("form[action='/zone'] small")).ToContainTextAsync("Vale per te su ogni dispositivo.");
        await desk.Page.Locator("button[value=en]").ClickAsync();
        await Assertions.Expect(desk.Page.Locator("h1")).ToHaveTextAsync("Settings");

        await phone.Page.GotoAsync(Settings, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await Assertions.Expect(phone.Page.Locator("h1")).ToHaveTextAsync("Settings");
        await Assertions.Expect(phone.Page.Locator("select[name=zone]")).ToHaveValueAsync("Pacific/Auckland");

        // And a third, which had another language of its own before.
        await using var other = await chromium.OpenAsync(zone: "Asia/Tokyo");
        await other.SignInAsync(_server, login, password);
        await other.Page.GotoAsync(Settings);
        await Assertions.Expect(other.Page.Locator("h1")).ToHaveTextAsync("Settings");
        await Assertions.Expect(other.Page.Locator("form[action='/zone'] small")).ToContainTextAsync("Pacific/Auckland");
    }

    [Fact]
    public async Task Who_chooses_a_language_at_the_door_has_chosen_for_themselves()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/sign-in");
        await window.Page.GetByText("English").ClickAsync();
        await window.SignInAsync(_server, login, password);
        await Assertions.Expect(window.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");

        await using var other = await chromium.OpenAsync();
        await other.SignInAsync(_server, login, password);
        await Assertions.Expect(other.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
    }

    /// <summary>RFC 3461 §4.1: who asks for it is told when it has arrived, by a mail and beside the message.</summary>
    [Fact]
    public async Task A_notice_of_delivery_comes_to_who_asked_for_it()
    {
        var office = await Office.OpenAsync(_server);
        var other = await _server.AddMailboxAsync("bea");
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync(other.Address);
        await composer.Locator(".composer-subject").FillAsync("Convocazione");
        await composer.Locator(".composer-send summary").ClickAsync();
        await composer.GetByText("Avvisami quando è arrivato").ClickAsync();
        await composer.Locator("button[data-compose=send]").ClickAsync();

        await window.Row("Mail Delivery").Or(window.Row("Convocazione")).First.ClickAsync(new LocatorClickOptions { Timeout = 40_000 });
        await Assertions.Expect(window.Page.Locator(".plain, .mail-frame").First).ToBeVisibleAsync();
        await window.PictureAsync("delivered");
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        await imap.Inbox!.OpenAsync(MailKit.FolderAccess.ReadOnly, Stop);
        var report = await imap.Inbox!.GetMessageAsync(0, Stop);
        var status = report.BodyParts.OfType<MimeKit.MessageDeliveryStatus>().Single();
        status.StatusGroups[1]["Action"].Should().Be("delivered");
        status.StatusGroups[1]["Final-Recipient"].Should().Contain(other.Address);
        using var theirs = await MailKitClients.ImapAsync(_server, other);
        await theirs.Inbox!.StatusAsync(MailKit.StatusItems.Count, Stop);
        theirs.Inbox!.Count.Should().Be(1, "it came once, although it was reported");
    }

    private static ILocator Signature(Window window, string label) => window.Page.Locator("label.field", new PageLocatorOptions { HasText = label }).First.Locator("textarea");

    private async Task<string> AddAliasAsync(Office office, string name)
    {
        var alias = $"{name}-{Guid.NewGuid().ToString("N")[..6]}@{CasellaServer.Domain}";
        await _server.CommandAsync("alias", "add", alias, office.Shared.Address);
        return alias;
    }
}
