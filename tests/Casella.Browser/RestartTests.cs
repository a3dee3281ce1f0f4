using System.Net;
using System.Net.Sockets;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>The server goes and comes back: the page comes back by itself, and what was being written stands there again.</summary>
public sealed class RestartTests(Chromium chromium)
{
    [Fact]
    public async Task What_was_being_written_outlives_the_server()
    {
        using var chosen = new TcpListener(IPAddress.Loopback, 0);
        chosen.Start();
        var port = ((IPEndPoint)chosen.LocalEndpoint).Port;
        chosen.Stop();
        await using var server = await CasellaServer.StartAsync($"--Listeners:Https=127.0.0.1:{port}");
        var office = await Office.OpenAsync(server);
        await office.ReceiveAsync(Office.Letter("Marco", "Prima", "ciao"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(server, login, password);
        await window.Page.Keyboard.PressAsync("c");
        var composer = window.Page.Locator("form.composer");
        await composer.Locator("[data-recipients=to] input").FillAsync("luisa@example.org");
        await composer.Locator(".composer-subject").FillAsync("Verbale");
        await composer.Locator(".composer-text").FillAsync("Prima parte. ");
        await Assertions.Expect(composer.Locator(".composer-state")).ToHaveTextAsync("Salvato nelle bozze");

        await server.KillAsync();
        await composer.Locator(".composer-text").PressSequentiallyAsync("Scritto mentre il server non c’era.");
        await Assertions.Expect(window.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await window.PictureAsync("reconnecting");
        await server.StartAgainAsync();

        await Assertions.Expect(window.Page.Locator("#desk[data-ready]")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 40_000 });
        await Assertions.Expect(composer.Locator(".composer-text")).ToHaveValueAsync("Prima parte. Scritto mentre il server non c’era.", new LocatorAssertionsToHaveValueOptions { Timeout = 40_000 });
        await Assertions.Expect(composer.Locator(".composer-subject")).ToHaveValueAsync("Verbale");
        await Assertions.Expect(composer.Locator(".person")).ToHaveTextAsync("luisa@example.org×");
        await Assertions.Expect(window.Row("Prima")).ToBeVisibleAsync();
        server.Ports.Https.Should().Be(port);
    }
}
