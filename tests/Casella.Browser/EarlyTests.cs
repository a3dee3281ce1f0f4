using System.Collections.Concurrent;
using System.Text;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>What Blazor says first is said ahead by early.js (ADR 0060), and must be what Blazor says.</summary>
public sealed class EarlyTests(SharedServer shared, Chromium chromium)
{
    private const string SaysNothingAhead = "sessionStorage.getItem('casella-plain') !== null";
    private readonly CasellaServer _server = shared.Server;

    [Fact]
    public async Task Blazor_finds_its_own_words_said()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Bilancio", "ciao"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        var (connections, starts) = Listen(window.Page);

        await window.SignInAsync(_server, login, password);
        await window.Row("Bilancio").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync("Bilancio");

        connections.Should().ContainSingle();
        starts.Should().ContainSingle();
        (await window.Page.EvaluateAsync<bool>(SaysNothingAhead)).Should().BeFalse();
        window.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_page_that_has_said_something_else_is_loaded_again_and_lives()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Bilancio", "ciao"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        // As if Blazor had learnt to say more.
        await window.Page.RouteAsync("**/early.js", async route =>
        {
            var answer = await route.FetchAsync();
            var script = await answer.TextAsync();
            await route.FulfillAsync(new RouteFulfillOptions
            {
                Response = answer,
                Body = script.Replace("batchId: 1", "batchId: 2", StringComparison.Ordinal),
            });
        });

        await window.SignInAsync(_server, login, password);
        await window.Page.WaitForFunctionAsync($"() => {SaysNothingAhead}");
        await window.ReadyAsync();
        await window.Row("Bilancio").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".mail-head h1")).ToHaveTextAsync("Bilancio");
    }

    private static (ConcurrentQueue<IWebSocket> Connections, ConcurrentQueue<string> Starts) Listen(IPage page)
    {
        var (connections, starts) = (new ConcurrentQueue<IWebSocket>(), new ConcurrentQueue<string>());
        page.WebSocket += (_, connection) =>
        {
            connections.Enqueue(connection);
            connection.FrameSent += (_, frame) =>
            {
                var words = frame.Text ?? Encoding.Latin1.GetString(frame.Binary!);
                if (words.Contains("StartCircuit", StringComparison.Ordinal))
                    starts.Enqueue(words);
            };
        };
        return (connections, starts);
    }
}
