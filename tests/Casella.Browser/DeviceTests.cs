using System.Diagnostics;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using Casella.Web.Setup;
using MailKit.Net.Imap;
using MailKit.Net.Pop3;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Somebody adds a device, sets a program up with what the page shows, and the page says that it works.</summary>
public sealed partial class DeviceTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "it", "Collegato: Thunderbird di Anna. IMAP e invio funzionano tutti e due.")]
    [InlineData(true, "it", "Collegato: Thunderbird di Anna. IMAP e invio funzionano tutti e due.")]
    [InlineData(false, "en", "Connected: Anna’s Thunderbird. IMAP and sending both work.")]
    [InlineData(true, "en", "Connected: Anna’s Thunderbird. IMAP and sending both work.")]
    public async Task A_program_signs_in_with_the_password_and_the_page_says_connected(bool isPhone, string language, string connected)
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna", language: language);
        await using var window = await chromium.OpenAsync(isPhone, language is "it" ? "it-IT" : "en-GB");
        await window.SignInAsync(_server, login, password);
        var page = window.Page;
        var shot = $"device-{language}-{(isPhone ? "phone" : "pc")}";

        await page.GotoAsync($"https://localhost:{_server.Ports.Https}/settings");
        await page.Locator("a[href='/devices/new']").ClickAsync();
        await page.Locator("form[data-ready]").WaitForAsync();
        await page.Locator("input[value=Thunderbird]").CheckAsync();
        await window.PictureAsync($"{shot}-1-choose");
        await page.Locator("form.card button[type=submit]").ClickAsync();
        var secret = await page.Locator(".secret code").InnerTextAsync();
        await window.PictureAsync($"{shot}-2-ready");
        await FullPictureAsync(window, $"{shot}-2-ready-full");

        var progress = page.Locator(".progress");
        await Assertions.Expect(progress).ToHaveAttributeAsync("data-state", "waiting");
        using var imap = new ImapClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = MailKitClients.Trust(_server) };
        await imap.ConnectAsync("localhost", _server.Ports.Imaps, SecureSocketOptions.SslOnConnect, Stop);
        await FluentActions.Invoking(() => imap.AuthenticateAsync(office.Shared.Address, secret[..^1] + "?", Stop)).Should().ThrowAsync<AuthenticationException>();
        await Assertions.Expect(progress).ToHaveAttributeAsync("data-state", "trouble");
        await window.PictureAsync($"{shot}-3-trouble");
        await imap.AuthenticateAsync(office.Shared.Address, secret, Stop);
        await Assertions.Expect(progress).ToHaveAttributeAsync("data-state", "waiting");
        using var smtp = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = MailKitClients.Trust(_server) };
        await smtp.ConnectAsync("localhost", _server.Ports.Submissions, SecureSocketOptions.SslOnConnect, Stop);
        await smtp.AuthenticateAsync(office.Shared.Address, secret, Stop);

        await Assertions.Expect(progress.Locator(".progress-text")).ToHaveTextAsync(connected);
        await window.PictureAsync($"{shot}-4-connected");
        await page.Locator(".setup-next a").First.ClickAsync();
        await Assertions.Expect(page.Locator(".things").First).ToContainTextAsync("Thunderbird");
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task An_iPhone_takes_its_profile_once()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var desk = await chromium.OpenAsync();
        await desk.SignInAsync(_server, login, password);
        await AddAsync(desk, "Iphone");
        var secret = await desk.Page.Locator(".secret code").InnerTextAsync();
        var link = await desk.Page.Locator("#profile ~ * a[href^='/setup/']").GetAttributeAsync("href");
        await FullPictureAsync(desk, "device-iphone");

        await using var phone = await chromium.OpenAsync(isPhone: true);
        await phone.Page.GotoAsync($"https://localhost:{_server.Ports.Https}{link}");
        await phone.PictureAsync("device-iphone-profile");
        var download = await phone.Page.RunAndWaitForDownloadAsync(() => phone.Page.Locator("button[type=submit]").ClickAsync());

        var profile = await VerifiedAsync(await download.PathAsync());
        profile.Should().Contain($"<string>{secret}</string>").And.Contain($"<string>{office.Shared.Address}</string>")
            .And.Contain($"<integer>{_server.Ports.Imaps}</integer>").And.Contain($"<integer>{_server.Ports.Submissions}</integer>");
        await phone.Page.GotoAsync($"https://localhost:{_server.Ports.Https}{link}");
        await Assertions.Expect(phone.Page.Locator("h2")).ToHaveTextAsync("Questo codice non vale più");
        await phone.PictureAsync("device-iphone-gone");
    }

    [Fact]
    public async Task Every_kind_shows_its_steps()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);

        foreach (var kind in DeviceKind.All)
        {
            await AddAsync(window, kind.Name);
            await Assertions.Expect(window.Page.Locator(".steps").Last).ToBeVisibleAsync();
            await Assertions.Expect(window.Page.Locator(".qr")).ToHaveCountAsync(kind.HasProfile || kind.HasCode ? 1 : 0);
            if (kind.HasCode)
                await FullPictureAsync(window, $"device-{kind.Name}");
        }

        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_wrong_is_said()
    {
        var office = await Office.OpenAsync(_server);
        var other = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await AddAsync(window, "Pop3");
        var secret = await window.Page.Locator(".secret code").InnerTextAsync();
        var said = window.Page.Locator(".progress-text");

        await TryAsync(new ImapClient(), _server.Ports.Imaps, office.Shared.Address, secret);
        await Assertions.Expect(said).ToContainTextAsync("Il programma usa IMAP, ma questo dispositivo è per POP3");
        await TryAsync(new Pop3Client(), _server.Ports.Pop3s, other.Shared.Address, secret);
        await Assertions.Expect(said).ToContainTextAsync("La password è giusta, ma il nome utente è di un’altra casella");
        await TryAsync(new Pop3Client(), _server.Ports.Pop3s, "sezoine@example.test", secret);
        await Assertions.Expect(said).ToContainTextAsync("con un nome utente che non esiste");
        await TryAsync(new Pop3Client(), _server.Ports.Pop3s, office.Shared.Address, secret);
        await Assertions.Expect(said).ToContainTextAsync("POP3 funziona");
    }

    [Theory]
    [InlineData(false, "it", "Il programma è arrivato a una porta che serve ad altro", "Il programma non si fida del certificato", "la data o l’ora del dispositivo è sbagliata", "senza cifratura")]
    [InlineData(true, "en", "The program has come to a port that is for something else", "does not trust the server’s certificate", "date or time of the device are wrong", "without encryption")]
    public async Task What_fails_before_the_user_name_is_said(bool isPhone, string language, string port, string certificate, string clock, string clear)
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna", language: language);
        await using var window = await chromium.OpenAsync(isPhone);
        await window.SignInAsync(_server, login, password);
        await AddAsync(window, "Thunderbird");
        await window.Page.Locator(".secret code").WaitForAsync();
        var said = window.Page.Locator(".progress-text");

        await OpenSslAsync($"{_server.Ports.Imap}");
        await Assertions.Expect(said).ToContainTextAsync(port);
        await OpenSslAsync($"{_server.Ports.Imaps}", "-verify_return_error", "-no-CAfile", "-no-CApath", "-no-CAstore");
        await Assertions.Expect(said).ToContainTextAsync(certificate);
        await FullPictureAsync(window, $"device-{language}-{(isPhone ? "phone" : "pc")}-certificate");
        await OpenSslAsync($"{_server.Ports.Imaps}", "-verify_return_error", "-CAfile", _server.AuthorityFile, "-attime", "4000000000");
        await Assertions.Expect(said).ToContainTextAsync(clock);
        using (var plain = new System.Net.Sockets.TcpClient("localhost", _server.Ports.Imaps))
        {
            await plain.GetStream().WriteAsync("a LOGIN x y\r\n"u8.ToArray(), Stop);
            await Assertions.Expect(said).ToContainTextAsync(clear);
        }

        window.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, "it-IT", "Aiuto per la posta", "English", "Help with your mail")]
    [InlineData(true, "en-GB", "Help with your mail", "Italiano", "Aiuto per la posta")]
    public async Task Help_is_there_for_everybody_in_both_languages(bool isPhone, string locale, string title, string switchTo, string then)
    {
        await using var window = await chromium.OpenAsync(isPhone, locale);
        var page = window.Page;

        await page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await page.Locator("a[href='/help']").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(title);
        await Assertions.Expect(page.Locator("#settings table").First).ToContainTextAsync($"{_server.Ports.Imaps}");
        await FullPictureAsync(window, $"help-{locale[..2]}");
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).Should().BeLessThanOrEqualTo(0);
        await page.GetByText(switchTo, new PageGetByTextOptions { Exact = true }).ClickAsync();

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(then);
        window.Errors.Should().BeEmpty();
    }

    private async Task AddAsync(Window window, string kind)
    {
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/devices/new");
        await window.Page.Locator("form[data-ready]").WaitForAsync();
        await window.Page.Locator($"input[value={kind}]").CheckAsync();
        await window.Page.Locator("form.card button[type=submit]").ClickAsync();
    }

    private async Task TryAsync(MailKit.MailService client, int port, string user, string secret)
    {
        using (client)
        {
            (client.CheckCertificateRevocation, client.ServerCertificateValidationCallback) = (false, MailKitClients.Trust(_server));
            await client.ConnectAsync("localhost", port, SecureSocketOptions.SslOnConnect, Stop);
            try
            {
                await client.AuthenticateAsync(user, secret, Stop);
            }
            catch (AuthenticationException)
            {
                // What the page makes of it is the test.
            }
        }
    }

    /// <summary>A program that parts because of what it sees.</summary>
    private static async Task OpenSslAsync(string port, params string[] arguments)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["s_client", "-connect", $"127.0.0.1:{port}", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        openssl.StandardInput.Close();
        await Task.WhenAll(openssl.StandardOutput.ReadToEndAsync(Stop), openssl.StandardError.ReadToEndAsync(Stop));
        await openssl.WaitForExitAsync(Stop);
    }

    /// <summary>OpenSSL, which is not ours, says that the server's authority has signed it.</summary>
    private async Task<string> VerifiedAsync(string file)
    {
        using var openssl = Process.Start(new ProcessStartInfo(
            "openssl", ["cms", "-verify", "-inform", "DER", "-in", file, "-CAfile", _server.AuthorityFile, "-purpose", "any"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var content = await openssl.StandardOutput.ReadToEndAsync(Stop);
        var complaints = await openssl.StandardError.ReadToEndAsync(Stop);
        await openssl.WaitForExitAsync(Stop);
        openssl.ExitCode.Should().Be(0, complaints);
        return Breaks().Replace(content, "\n");
    }

    private static async Task FullPictureAsync(Window window, string name)
    {
        if (Environment.GetEnvironmentVariable("WEBMAIL_SCREENS") is { Length: > 0 } folder)
            await window.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Join(folder, $"{name}.png"), FullPage = true });
    }

    [GeneratedRegex("\r\n", RegexOptions.None, 1000)]
    private static partial Regex Breaks();
}
