using System.Globalization;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Casella.Server.Tests.Migration;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>Anna brings her mailbox over from Debian's Dovecot by herself, in Italian on a desk, in English on a telephone.</summary>
public sealed class MovingTests(Chromium chromium)
{
    /// <summary>Dovecot lets those wait who have mistyped their password.</summary>
    private static readonly LocatorAssertionsToHaveTextOptions Patient = new() { Timeout = 30_000 };

    [Theory]
    [InlineData(false, "it", "Non ha funzionato", "Sono arrivati 3 messaggi. C'è tutto.", "È arrivato 1 messaggio. 3 c'erano già. C'è tutto.")]
    [InlineData(true, "en", "It did not work", "3 messages came. Everything is here.", "1 message came. 3 were here already. Everything is here.")]
    public async Task Somebody_brings_the_old_mailbox_over(bool isPhone, string language, string failed, string came, string again)
    {
        await using var old = await DovecotServer.StartAsync();
        old.Add("anna", "", 1, Text(1), "S");
        old.Add("anna", "", 2, Text(2));
        old.Add("anna", ".Inviata", 1, Text(3));
        await old.HandOverAsync();
        var there = string.Create(CultureInfo.InvariantCulture, $"localhost:{old.ImapsPort}");
        await using var server = await CasellaServer.StartAsync($"--Migration:PrivateServers={there}", $"--Migration:Authorities={old.AuthorityFile}");
        var office = await Office.OpenAsync(server);
        var (login, password) = await office.AddPersonAsync("Anna", language: language);
        await using var window = await chromium.OpenAsync(isPhone);
        await window.SignInAsync(server, login, password);
        await window.Page.GotoAsync($"https://localhost:{server.Ports.Https}/settings", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await window.Page.Locator("a[href^='/moving']").ClickAsync();

        await BringAsync(window.Page, there, "wrong");
        await Assertions.Expect(window.Page.Locator("#moving-state")).ToHaveTextAsync(failed, Patient);
        await BringAsync(window.Page, there, DovecotServer.Password);
        await Assertions.Expect(window.Page.Locator(".banner[role=status]")).ToHaveTextAsync(came, Patient);
        await window.PictureAsync($"moving-{language}");
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty();
        (await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).Should().BeLessThanOrEqualTo(0);

        old.Add("anna", "", 4, Text(4));
        await old.HandOverAsync();
        await BringAsync(window.Page, there, DovecotServer.Password);
        await Assertions.Expect(window.Page.Locator(".banner[role=status]")).ToHaveTextAsync(again, Patient);
        await window.Page.GotoAsync($"https://localhost:{server.Ports.Https}/");
        await window.ReadyAsync();
        await Assertions.Expect(window.Row("Corso 4")).ToBeVisibleAsync();
        window.Errors.Should().BeEmpty();
        server.Log().Should().NotContain(DovecotServer.Password).And.NotContain("wrong");
    }

    [Fact]
    public async Task Somebody_brings_a_file_of_old_mail()
    {
        await using var server = await CasellaServer.StartAsync();
        var office = await Office.OpenAsync(server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync(isPhone: false);
        await window.SignInAsync(server, login, password);
        await window.Page.GotoAsync($"https://localhost:{server.Ports.Https}/moving", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        await window.Page.Locator("form.card[data-ready]").WaitForAsync();
        var mbox = System.Text.Encoding.UTF8.GetBytes("From anna Mon Mar  4 05:06:07 2019\nSubject: Corso 1\n\nuno\n\nFrom anna Mon Mar  4 05:06:07 2019\nSubject: Corso 2\n\ndue\n");

        await window.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "Inbox.mbox", MimeType = "application/mbox", Buffer = mbox });
        await Assertions.Expect(window.Page.Locator(".banner[role=status]")).ToHaveTextAsync("Sono arrivati 2 messaggi.", Patient);
        await window.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "bad.zip", MimeType = "application/zip", Buffer = mbox });
        await Assertions.Expect(window.Page.Locator(".banner[role=alert]")).ToContainTextAsync("bad.zip non si riesce a leggere", new LocatorAssertionsToContainTextOptions { Timeout = 30_000 });
        (await Axe.CheckAsync(window.Page)).Should().BeEmpty();
    }

    private static async Task BringAsync(IPage page, string server, string password)
    {
        await page.Locator("form.card[data-ready]").WaitForAsync();
        await page.Locator("input[name=server]").FillAsync(server);
        await page.Locator("input[name=user]").FillAsync("anna");
        await page.Locator("input[name=password]").FillAsync(password);
        await page.Locator("form.card button[type=submit]").ClickAsync();
    }

    private static string Text(int number) => string.Create(
        CultureInfo.InvariantCulture, $"From: Marco <marco@example.test>\nTo: info@example.org\nSubject: Corso {number}\nMessage-ID: <{number}@old.example.test>\n\nCiao.\n");
}
