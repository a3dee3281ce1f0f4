using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>What a member says about spam moves the message, and the mailbox learns from it.</summary>
public sealed class SpamTests(SharedServer shared, Chromium chromium)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly CasellaServer _server = shared.Server;

    [Fact]
    public async Task SPAM_teaches_and_not_SPAM_takes_it_back()
    {
        var (office, opened) = await Office.OpenAsync(_server, chromium.OpenAsync());
        await using var window = opened;
        await office.ReceiveAsync(Office.Letter("Marco", "Verbale", "ciao"), Office.Letter("Lampo", "Offerta lampo", "Solo oggi, compra adesso"));
        var bar = window.Page.Locator(".mail-bar");

        await window.Row("Offerta lampo").ClickAsync();
        await bar.Locator("[data-act=spam]").ClickAsync();
        await Assertions.Expect(window.Row("Offerta lampo")).ToHaveCountAsync(0);
        (await LearntAsync(office, spam: 1)).Should().Be(1);

        await window.Folder("SPAM").ClickAsync();
        await window.Row("Offerta lampo").ClickAsync();
        await Assertions.Expect(bar.Locator("[data-act=spam]")).ToHaveCountAsync(0);
        await bar.Locator("[data-act=not-spam]").ClickAsync();
        await Assertions.Expect(window.Row("Offerta lampo")).ToHaveCountAsync(0);
        await window.Folder("Posta in arrivo").ClickAsync();
        await Assertions.Expect(window.Row("Offerta lampo")).ToHaveCountAsync(1);
        (await LearntAsync(office, spam: 0)).Should().Be(0);
        window.Errors.Should().BeEmpty();
    }

    /// <summary>Messages that were learnt as spam: waits, for a lesson counts some moments after it was given.</summary>
    private static async Task<int> LearntAsync(Office office, int spam)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = JsonDocument.Parse((await office.Server.CommandAsync("spam", "stats", office.Shared.Address, "--json")).Output).RootElement;
            var learnt = answer.GetProperty("spam").GetInt32();
            if (learnt == spam || patience.IsCancellationRequested)
                return learnt;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
