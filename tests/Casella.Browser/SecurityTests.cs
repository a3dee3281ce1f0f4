using AwesomeAssertions;
using Casella.Formats.Codes;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Codes of a telephone and passkeys, the latter by Chromium's own virtual authenticator.</summary>
public sealed class SecurityTests(SharedServer shared, Chromium chromium)
{
    private readonly CasellaServer _server = shared.Server;

    /// <summary>Chromium makes no passkeys for a certificate it does not know; this machine may speak in clear.</summary>
    private string Site => $"http://localhost:{_server.Ports.Http}";

    [Fact]
    public async Task After_the_password_a_code_is_asked_for()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/security");
        await window.Page.Locator(".page[data-ready]").WaitForAsync();
        await window.Page.GetByText("Attiva").First.ClickAsync();
        var secret = FromBase32(await window.Page.Locator(".secret code").InnerTextAsync());
        await window.PictureAsync("security-qr");
        await window.Page.Locator(".card-form input").FillAsync(Code(secret, 0));
        await window.Page.Locator(".card-form button").ClickAsync();
        var paper = await window.Page.Locator(".paper code").First.InnerTextAsync();
        await window.PictureAsync("security-paper");

        await using var other = await chromium.OpenAsync(isPhone: true);
        await other.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/");
        await other.EnterAsync(login, password);
        await Assertions.Expect(other.Page).ToHaveURLAsync($"https://localhost:{_server.Ports.Https}/sign-in/code");
        await other.PictureAsync("door-code");
        await other.Page.Locator("input[name=code]").FillAsync("000000");
        await other.Page.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(other.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Il codice è sbagliato");
        await other.Page.Locator("input[name=code]").FillAsync(paper);
        await other.Page.Locator("button[type=submit]").ClickAsync();
        await other.ReadyAsync();
    }

    [Fact]
    public async Task A_passkey_opens_the_door_without_a_password()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        var page = window.Page;
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["options"] = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        await page.GotoAsync($"{Site}/");
        await window.EnterAsync(login, password);
        await window.ReadyAsync();

        await page.GotoAsync($"{Site}/security");
        await page.Locator("[data-passkey=add]").ClickAsync();
        await Assertions.Expect(page.Locator(".things li")).ToHaveCountAsync(1);
        await window.PictureAsync("security-passkey");
        await page.GotoAsync($"{Site}/");
        await window.ReadyAsync();
        await page.Locator(".top summary").ClickAsync();
        await page.Locator(".sign-out button").ClickAsync();
        await page.Locator("[data-passkey=use]").ClickAsync();

        await window.ReadyAsync();
        await page.GotoAsync($"{Site}/security");
        await page.Locator(".page[data-ready]").WaitForAsync();
        await page.Locator(".things .danger").ClickAsync();
        await Assertions.Expect(page.Locator(".things li")).ToHaveCountAsync(0);
        window.Errors.Should().BeEmpty();
    }

    private static string Code(byte[] secret, int steps) => OneTimeCode.At(secret, (DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30) + steps);

    private static byte[] FromBase32(string text)
    {
        var (bytes, bits, count) = (new List<byte>(), 0, 0);
        foreach (var c in text.Trim())
        {
            bits = (bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal);
            count += 5;
            if (count < 8)
                continue;
            bytes.Add((byte)(bits >> (count - 8)));
            count -= 8;
            bits &= (1 << count) - 1;
        }

        return [.. bytes];
    }
}
