using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Security;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>Keeping order: folders, conversations, rules, space, contacts.</summary>
public sealed class OrderTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Folders_are_renamed_dragged_deleted_and_come_back()
    {
        var (office, window) = await OpenAsync("Corsi", "Lezioni");
        await using var _ = window;
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        await (await imap.GetFolderAsync("Corsi", Stop)).AppendAsync(Office.Letter("Marco", "Iscrizioni", "ciao"), MessageFlags.Seen, Stop);

        await window.Folder("Corsi").HoverAsync();
        await window.Page.Locator(".folder-line", new PageLocatorOptions { HasText = "Corsi" }).Locator(".folder-more").ClickAsync();
        await window.Page.Locator("dialog.sheet input[type=text]").FillAsync("Formazione");
        await window.Page.Locator("dialog.sheet[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(window.Folder("Formazione")).ToBeVisibleAsync();

        await window.Folder("Lezioni").DragToAsync(window.Folder("Formazione"));
        await Assertions.Expect(window.Folder("Lezioni")).ToHaveAttributeAsync("data-depth", "1");
        (await imap.GetFolderAsync("Formazione/Lezioni", Stop)).Should().NotBeNull();

        await window.Folder("Formazione").DragToAsync(window.Folder("Cestino"));
        await Assertions.Expect(window.Folder("Formazione")).ToHaveCountAsync(0);
        await window.Page.Locator(".notice-undo").Last.ClickAsync();
        await Assertions.Expect(window.Folder("Lezioni")).ToHaveAttributeAsync("data-depth", "1");
        var back = await imap.GetFolderAsync("Formazione", Stop);
        await back.StatusAsync(StatusItems.Count, Stop);
        back.Count.Should().Be(1);
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_doubled_folder_is_offered_and_merged()
    {
        var (office, window) = await OpenAsync("Elementi eliminati");
        await using var _ = window;

        await window.Page.Locator(".offer .link-button").First.ClickAsync();

        await Assertions.Expect(window.Page.Locator(".offer")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Folder("Elementi eliminati")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_conversation_is_one_row_with_what_was_sent()
    {
        var (office, window) = await OpenAsync();
        await using var _ = window;
        var question = Office.Letter("Marco", "Gita", "Chi viene?");
        var answer = Office.Letter("Sezione", "Re: Gita", "Noi tre.");
        answer.InReplyTo = question.MessageId;
        var thanks = Office.Letter("Marco", "Re: Gita", "Bene.");
        thanks.References.AddRange([question.MessageId!, answer.MessageId!]);
        await office.ReceiveAsync(question);
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        await (await imap.GetFolderAsync("Sent", Stop)).AppendAsync(answer, MessageFlags.Seen, Stop);
        await office.ReceiveAsync(thanks);
        await Assertions.Expect(window.Page.Locator(".row")).ToHaveCountAsync(2);

        await window.Page.Locator(".top summary").ClickAsync();
        await window.Page.Locator(".menu-item").GetByText("Mostra come conversazioni").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".row")).ToHaveCountAsync(1);
        await Assertions.Expect(window.Page.Locator(".row-count")).ToHaveTextAsync("3");
        await window.Row("Gita").ClickAsync();

        await Assertions.Expect(window.Page.Locator(".thread-one")).ToHaveCountAsync(3);
        await Assertions.Expect(window.Page.Locator(".plain")).ToContainTextAsync("Chi viene?");
        await window.Page.Locator(".thread-one").Nth(1).ClickAsync();
        await Assertions.Expect(window.Page.Locator(".plain")).ToContainTextAsync("Noi tre.");
        await window.Page.Locator(".mail-bar [data-act=archive]").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".row")).ToHaveCountAsync(0);
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_rule_made_by_clicking_is_a_script_that_ManageSieve_sees_and_files_new_mail()
    {
        var (office, window) = await OpenAsync("Fatture");
        await using var _ = window;
        await office.ReceiveAsync(Office.Letter("Cartoleria", "Fattura 12", "ciao"));
        await window.Row("Fattura 12").ClickAsync();
        await window.Page.Locator(".mail-bar-right summary").Last.ClickAsync();
        await window.Page.Locator(".mail-bar-right .menu-item[href^='/rules']").ClickAsync();
        var form = window.Page.Locator(".rule-form");
        await Assertions.Expect(form.Locator(".rule-line input")).ToHaveValueAsync("cartoleria@example.org");

        await form.Locator("select").Nth(2).SelectOptionAsync("Fatture");
        await form.Locator("text=Prova sulla posta che c’è").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".trial li")).ToHaveCountAsync(1);
        await form.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".rules li")).ToContainTextAsync("spostalo in «Fatture»");

        var script = (await _server.CommandAsync("sieve", "show", office.Shared.Address, "Casella")).Output;
        script.Should().Contain("fileinto \"Fatture\"").And.Contain("# rule:[cartoleria@example.org]");
        using (var smtp = new MailKit.Net.Smtp.SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = MailKitClients.Trust(_server) })
        {
            var letter = Office.Letter("Cartoleria", "Fattura 13", "ciao");
            await smtp.ConnectAsync("localhost", _server.Ports.Smtp, SecureSocketOptions.None, Stop);
            await smtp.SendAsync(letter, (MailboxAddress)letter.From[0], [MailboxAddress.Parse(office.Shared.Address)], Stop);
        }

        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        var folder = await imap.GetFolderAsync("Fatture", Stop);
        await folder.StatusAsync(StatusItems.Count, Stop);
        folder.Count.Should().Be(1);
    }

    [Fact]
    public async Task Contacts_are_imported_and_a_group_writes_to_all()
    {
        var (office, window) = await OpenAsync();
        await using var _ = window;
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/contacts");
        // What is chosen before is lost: the live page replaces the first drawing.
        await window.Page.Locator(".page[data-ready]").WaitForAsync();
        await window.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "rubrica.vcf",
            MimeType = "text/vcard",
            Buffer = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Luisa Verdi\r\nEMAIL:luisa@example.org\r\nCATEGORIES:Direttivo\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Marco Bianchi\r\nEMAIL:marco@example.org\r\nCATEGORIES:Direttivo\r\nEND:VCARD\r\n"u8.ToArray(),
        });
        await window.Page.Locator("form[action='/contacts/import'] button").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".banner")).ToContainTextAsync("2 contatti importati");

        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await window.ReadyAsync();
        await window.Page.Keyboard.PressAsync("c");
        await window.Page.Locator("[data-recipients=to] input").PressSequentiallyAsync("diret");
        await Assertions.Expect(window.Page.Locator(".proposals li").First).ToHaveTextAsync("Direttivo (2)");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Page.Locator("[data-recipients=to] .person")).ToHaveCountAsync(2);
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task The_space_page_takes_attachments_away_and_brings_them_back()
    {
        var (office, window) = await OpenAsync();
        await using var _ = window;
        var letter = Office.Letter("Marco", "Con foto", "Il testo resta");
        var body = new BodyBuilder { TextBody = "Il testo resta" };
        body.Attachments.Add("foto.bin", new byte[400_000]);
        letter.Body = body.ToMessageBody();
        await office.ReceiveAsync(letter);
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/space");
        await Assertions.Expect(window.Page.Locator(".bar").First).ToBeVisibleAsync();

        await window.Page.Locator(".space-one input").First.CheckAsync();
        await window.Page.GetByText("Togli gli allegati").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".banner")).ToContainTextAsync("liberati");
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        await imap.Inbox!.OpenAsync(FolderAccess.ReadOnly, Stop);
        // The line that names it is a part of its own, where the attachment was.
        var left = await imap.Inbox!.GetMessageAsync(0, Stop);
        left.BodyParts.OfType<TextPart>().Select(part => part.Text).Should().SatisfyRespectively(
            text => text.Should().Contain("Il testo resta"), instead => instead.Should().Contain("foto.bin"));
        left.Attachments.Should().BeEmpty();
        await window.Page.Locator(".banner .link-button").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".banner")).ToContainTextAsync("com’era");
        window.Errors.Should().BeEmpty();
    }

    private async Task<(Office Office, Window Window)> OpenAsync(params string[] folders)
    {
        var office = await Office.OpenAsync(_server);
        using (var imap = await MailKitClients.ImapAsync(_server, office.Shared))
            foreach (var folder in folders)
                await (await imap.GetFolderAsync(imap.PersonalNamespaces[0].Path, Stop)).CreateAsync(folder, true, Stop);
        var (login, password) = await office.AddPersonAsync("Anna");
        var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        return (office, window);
    }
}
