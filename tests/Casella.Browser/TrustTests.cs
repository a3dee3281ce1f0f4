using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;
using MimeKit;

namespace Casella.Browser;

/// <summary>What is to be known before one believes a mail is said beside it, and pictures come for whom one trusts.</summary>
public sealed class TrustTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData(false, "it")]
    [InlineData(true, "en")]
    public async Task Checks_are_told_in_words(bool isPhone, string language)
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(
            Checked("Banca", "banca@examp1e.test", "Conto sospeso", "spf=fail; dkim=none; dmarc=fail", "FIRST_CONTACT=0.5,NAME_IS_OURS=3.5"),
            Checked("Luisa", "luisa@vicini.test", "Ciao", "spf=pass; dkim=pass; dmarc=pass", "KNOWN_SENDER=-1.0"));
        var (login, password) = await office.AddPersonAsync("Anna", language: language);
        await using var window = await chromium.OpenAsync(isPhone, language is "it" ? "it-IT" : "en-GB");
        await window.SignInAsync(_server, login, password);
        var page = window.Page;

        await window.Row("Conto sospeso").ClickAsync();
        await Assertions.Expect(page.Locator(".banner[data-level=warning]")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator(".banner[data-level=info]")).ToContainTextAsync("banca@examp1e.test");
        await window.PictureAsync($"trust-{language}");
        (await Axe.CheckAsync(page)).Should().BeEmpty();
        if (isPhone)
            await page.GoBackAsync();
        await window.Row("Ciao").ClickAsync();
        await Assertions.Expect(page.Locator(".mail-proof[data-proof=proven]")).ToContainTextAsync("vicini.test");
        await Assertions.Expect(page.Locator(".mail-head .banner")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Pictures_of_a_trusted_sender_come_without_being_asked_for()
    {
        var office = await Office.OpenAsync(_server);
        const string Html = "<p>ciao</p><img src=\"https://outside.test/pixel.gif\">";
        await office.ReceiveAsync(
            Checked("News", "news@example.org", "Uno", "dmarc=pass", "", Html), Checked("News", "news@example.org", "Due", "dmarc=pass", "", Html),
            Checked("News", "news@example.org", "Falso", "dmarc=fail", "", Html), Checked("Altri", "altri@example.org", "Altri", "dmarc=pass", "", Html));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        var frame = window.Page.Locator(".mail-frame");

        await window.Row("Uno").ClickAsync();
        await Assertions.Expect(frame).Not.ToHaveAttributeAsync("src", PicturesOn());
        await window.Page.GetByText("Sempre da News").ClickAsync();
        await Assertions.Expect(frame).ToHaveAttributeAsync("src", PicturesOn());
        await window.Row("Due").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync("Due");
        await Assertions.Expect(frame).ToHaveAttributeAsync("src", PicturesOn());
        foreach (var other in (string[])["Falso", "Altri"])
        {
            await window.Row(other).ClickAsync();
            await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync(other);
            await Assertions.Expect(frame).Not.ToHaveAttributeAsync("src", PicturesOn());
        }

        window.Requests.Should().NotContain(url => url.Contains("outside.test", StringComparison.Ordinal) && !url.Contains("localhost", StringComparison.Ordinal));
    }

    private static Regex PicturesOn() => new("pictures=true", RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>As our server stores it: what it has found out stands above the Received field.</summary>
    internal static MimeMessage Checked(string name, string address, string subject, string results, string tests, string? html = null)
    {
        var message = Office.Letter(name, subject, "testo", html);
        message.From.Clear();
        message.From.Add(new MailboxAddress(name, address));
        message.Headers.Insert(0, "Received", "from somewhere by mx.example.test; Thu, 26 Nov 2026 09:00:00 +0000");
        if (tests.Length > 0)
            message.Headers.Insert(0, "X-Spam-Status", $"No, score=0.0 required=5.0 tests={tests}");
        message.Headers.Insert(0, "Authentication-Results", $"mx.example.test; {results}");
        return message;
    }
}
