using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>Pictures in the text: pasted and dropped, kept in the draft, sent inside the mail, quoted again.</summary>
public sealed class PictureTests(SharedServer shared, Chromium chromium)
{
    /// <summary>A red square of 8 × 8.</summary>
    private const string Square = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mM4oKCAFTEMLQkAKj9AAQUJSn0AAAAASUVORK5CYII=";

    /// <summary>What the page's policy has refused, and where.</summary>
    private const string Refusals = """
        addEventListener('securitypolicyviolation', event => (globalThis.refusals ??= []).push(
          [event.violatedDirective, event.target.nodeName, event.target.closest?.('.composer-rich') ? 'in the editor' : 'elsewhere'].join(' ')), true);
        """;

    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_picture_stands_where_it_was_pasted_and_goes_inside_the_mail(bool isPhone)
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(isPhone);
        await window.Page.AddInitScriptAsync(Refusals);
        await window.SignInAsync(_server, login, password);
        var composer = await WriteAsync(window, office.Shared.Address, "Il nuovo timbro");
        await composer.Locator("[data-compose=rich]").ClickAsync();
        await window.Page.Keyboard.TypeAsync("Eccolo: ");
        await PasteAsync(composer.Locator(".composer-rich"), "timbro.png");
        var picture = composer.Locator(".composer-rich img");
        await Assertions.Expect(picture).ToHaveAttributeAsync("alt", "timbro.png");
        await SeenAsync(picture);
        await DropAsync(composer.Locator(".composer-rich"), "foto <b>.png");
        await Assertions.Expect(picture).ToHaveCountAsync(2);
        await Assertions.Expect(composer.Locator(".composer-files li")).ToHaveCountAsync(0);
        await Assertions.Expect(composer.Locator(".composer-state")).ToHaveTextAsync("Salvato nelle bozze");
        await window.PictureAsync($"composer-picture{(isPhone ? "-phone" : "")}");
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty();

        var draft = await OnlyOneAsync(office, "Drafts");
        draft.HtmlBody.Should().Contain("Eccolo:").And.MatchRegex("src=\"cid:picture1\\.[^\"]+\"").And.NotContain("/compose/");
        draft.BodyParts.OfType<MimePart>().Where(part => part.ContentType.MediaType is "image").Select(part => part.FileName).Should().Equal("timbro.png", "foto <b>.png");
        draft.BodyParts.First(part => part.ContentType.MediaType is "image").ContentDisposition!.Disposition.Should().Be("inline");
        ((Multipart)draft.Body!)[1].ContentType.MimeType.Should().Be("multipart/related");

        // Somebody else's window, or this one tomorrow: the draft shows them again, and saves them again.
        await composer.Locator("[data-compose=close]").ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);
        await OpenFolderAsync(window, "Bozze", isPhone);
        await window.Row("Il nuovo timbro").ClickAsync();
        await window.Page.Locator("[data-act=continue]").ClickAsync();
        await SeenAsync(picture.First);
        await composer.Locator(".composer-rich").ClickAsync();
        await window.Page.Keyboard.PressAsync("Control+End");
        await window.Page.Keyboard.TypeAsync(" Va bene?");
        await composer.Locator("[data-compose=send]").ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);
        await OpenFolderAsync(window, "Posta in arrivo", isPhone);
        await window.Row("Il nuovo timbro").First.ClickAsync(new LocatorClickOptions { Timeout = 40_000 });
        await SeenAsync(window.Page.FrameLocator(".mail-frame").Locator("img").First);
        await Assertions.Expect(window.Page.Locator(".files")).ToHaveCountAsync(0);
        // Chromium's own editor gives a picture that it inserts into a line a style, which the page's policy refuses, as it
        // should (docs/quirks.md): of that and of nothing else.
        var refusals = await window.Page.EvaluateAsync<string[]>("globalThis.refusals ?? []");
        refusals.Should().OnlyContain(refusal => refusal == "style-src-attr IMG in the editor");
        window.Errors.Where(error => !error.StartsWith("Applying inline style", StringComparison.Ordinal)).Should().BeEmpty();
        window.Errors.Should().HaveCountLessThanOrEqualTo(refusals.Length);
    }

    [Fact]
    public async Task An_answer_and_a_forward_keep_the_pictures_of_the_mail_and_its_words_in_lines()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(WithPicture());
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Row("Piantina").ClickAsync();
        await window.Page.Locator(".mail-frame").WaitForAsync();
        var composer = window.Page.Locator("form.composer");

        await window.Page.Keyboard.PressAsync("f");
        await SeenAsync(composer.Locator(".composer-rich blockquote img"));
        await Assertions.Expect(composer.Locator(".composer-rich blockquote td")).ToHaveTextAsync("piano terra");
        await Assertions.Expect(composer.Locator(".composer-files li")).ToHaveTextAsync("orari.pdf×");
        await composer.Locator("[data-compose=discard]").ClickAsync();
        await Assertions.Expect(composer).ToHaveCountAsync(0);
        await window.Page.Keyboard.PressAsync("r");
        await SeenAsync(composer.Locator(".composer-rich blockquote img"));
        await Assertions.Expect(composer.Locator(".composer-files li")).ToHaveCountAsync(0);
        await window.Page.Keyboard.TypeAsync("Va bene.");
        await Assertions.Expect(composer.Locator(".composer-state")).ToHaveTextAsync("Salvato nelle bozze");
        await window.PictureAsync("reply-rich");

        var draft = await OnlyOneAsync(office, "Drafts");
        draft.TextBody.Should().StartWith("Va bene.").And.MatchRegex("(?m)^> Ecco la piantina\\r?$").And.Contain("> Saluti");
        draft.BodyParts.OfType<MimePart>().Should().ContainSingle(part => part.ContentType.MediaType == "image");
        // Without rich text the pictures go along beside it.
        await composer.Locator("[data-compose=rich]").ClickAsync();
        await Assertions.Expect(composer.Locator(".composer-files li")).ToHaveTextAsync("piantina.png×");
        await Assertions.Expect(composer.Locator(".composer-text")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("> Ecco la piantina", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task What_does_not_fit_is_said_before_anything_is_sent()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        var composer = await WriteAsync(window, office.Shared.Address, "Filmato");

        await DropAsync(composer, "festa.mp4", "video/mp4", 40_000_000);
        await Assertions.Expect(composer.Locator(".composer-error")).ToHaveTextAsync("“festa.mp4” è troppo grande: gli allegati di un messaggio possono avere 37,5 MB in tutto.");
        await DropAsync(composer, "prima.mp4", "video/mp4", 100_000);
        await Assertions.Expect(composer.Locator(".composer-files li")).ToHaveCountAsync(1);
        await Assertions.Expect(composer.Locator("progress")).ToHaveCountAsync(0);
        await DropAsync(composer, "seconda.mp4", "video/mp4", 39_300_000);
        await Assertions.Expect(composer.Locator(".composer-error")).ToContainTextAsync("“seconda.mp4” non ci sta più");
        await window.PictureAsync("file-too-large");

        window.Requests.Count(url => url.Contains("/compose/upload", StringComparison.Ordinal)).Should().Be(1);
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task From_another_page_only_words_are_dropped()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        var composer = await WriteAsync(window, office.Shared.Address, "Parole");
        await composer.Locator("[data-compose=rich]").ClickAsync();

        await composer.Locator(".composer-rich").EvaluateAsync(
            """
            rich => {
              const data = new DataTransfer(), at = rich.getBoundingClientRect();
              data.setData('text/html', '<img src="https://outside.test/x.png"><b>Ciao</b>');
              data.setData('text/plain', 'Ciao');
              rich.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true, clientX: at.x + 30, clientY: at.y + 20 }));
            }
            """);

        await Assertions.Expect(composer.Locator(".composer-rich")).ToHaveTextAsync("Ciao");
        (await composer.Locator(".composer-rich img, .composer-rich b").CountAsync()).Should().Be(0);
        window.Requests.Should().NotContain(url => url.Contains("outside.test", StringComparison.Ordinal));
    }

    private static MimeMessage WithPicture()
    {
        var message = Office.Letter("Marco", "Piantina", "Ecco la piantina\nSaluti");
        var body = new BodyBuilder
        {
            TextBody = "Ecco la piantina\nSaluti",
            HtmlBody = "<div>Ecco la piantina</div><p><img src=\"cid:pianta@example.org\"></p><table><tr><td>piano terra</td></tr></table><div>Saluti</div><img src=\"https://outside.test/pixel.png\">",
        };
        var picture = body.LinkedResources.Add("piantina.png", Convert.FromBase64String(Square));
        picture.ContentId = "pianta@example.org";
        body.Attachments.Add("orari.pdf", "%PDF-1.4"u8.ToArray());
        message.Body = body.ToMessageBody();
        return message;
    }

    private async Task<MimeMessage> OnlyOneAsync(Office office, string folder)
    {
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        var drafts = await imap.GetFolderAsync(folder, Stop);
        await drafts.OpenAsync(FolderAccess.ReadOnly, Stop);
        drafts.Count.Should().Be(1);
        return await drafts.GetMessageAsync(0, Stop);
    }

    private static async Task<ILocator> WriteAsync(Window window, string to, string subject)
    {
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync(to);
        await window.Page.Keyboard.PressAsync("Enter");
        await composer.Locator(".composer-subject").FillAsync(subject);
        return composer;
    }

    private static async Task OpenFolderAsync(Window window, string name, bool isPhone)
    {
        if (isPhone)
            await window.Page.Locator("[data-drawer=open]").ClickAsync();
        await window.Page.Locator(".folder", new PageLocatorOptions { HasText = name }).ClickAsync();
    }

    /// <summary>Not only there, but drawn.</summary>
    private static Task SeenAsync(ILocator picture) => Assertions.Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 8);

    private static async Task PasteAsync(ILocator rich, string name) => await rich.EvaluateAsync(
        """
        (rich, [name, square]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(square), c => c.charCodeAt(0))], name, { type: 'image/png' }));
          rich.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }
        """, new[] { name, Square });

    private static async Task DropAsync(ILocator onto, string name, string type = "image/png", int size = 0) => await onto.EvaluateAsync(
        """
        (onto, [name, type, size, square]) => {
          const data = new DataTransfer(), at = onto.getBoundingClientRect();
          data.items.add(new File([+size ? new Uint8Array(+size) : Uint8Array.from(atob(square), c => c.charCodeAt(0))], name, { type }));
          onto.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true, clientX: at.right - 40, clientY: at.bottom - 20 }));
        }
        """, new[] { name, type, size.ToString(System.Globalization.CultureInfo.InvariantCulture), Square });
}
