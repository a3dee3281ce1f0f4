using AwesomeAssertions;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>
/// Notices of new mail as far as a browser goes that reaches no push service: leave is asked, the worker is registered,
/// the server has the subscription.
/// </summary>
public sealed class PushTests(SharedServer shared, Chromium chromium)
{
    /// <summary>What Chromium would have from its own service.</summary>
    private const string Service = """
        let made = null;
        const key = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4', auth = 'BTBZMqHH6r4Tts7J_aSIgg';
        const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0)).buffer;
        PushManager.prototype.getSubscription = async () => made ?? (sessionStorage.push ? (made = subscription()) : null);
        PushManager.prototype.subscribe = async options => { globalThis.asked = options; sessionStorage.push = '1'; return made = subscription(); };
        const subscription = () => ({
          endpoint: 'https://push.example.net/p/' + crypto.randomUUID(),
          getKey: name => bytes(name === 'auth' ? auth : key),
          unsubscribe: async () => { made = null; delete sessionStorage.push; return true; },
        });
        """;

    private readonly CasellaServer _server = shared.Server;

    [Fact]
    public async Task Notices_are_turned_on_and_off_for_this_device()
    {
        var office = await Office.OpenAsync(_server);
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.Page.Context.GrantPermissionsAsync(["notifications"]);
        await window.Page.Context.AddInitScriptAsync(Service);
        await window.SignInAsync(_server, login, password);
        await window.Page.GotoAsync($"https://localhost:{_server.Ports.Https}/settings");

        var card = window.Page.Locator("#push");
        await Assertions.Expect(card).ToHaveAttributeAsync("data-state", "off");
        await window.PictureAsync("push-off");
        await card.Locator("[data-push-act=on]:visible").ClickAsync();

        await Assertions.Expect(card).ToHaveAttributeAsync("data-state", "on");
        await window.PictureAsync("push-on");
        (await window.Page.EvaluateAsync<int>("asked.applicationServerKey.length")).Should().Be(65);
        (await window.Page.EvaluateAsync<string>("navigator.serviceWorker.getRegistration('/').then(one => one.active?.scriptURL ?? one.installing?.scriptURL)"))
            .Should().EndWith("/worker.js");
        await window.Page.ReloadAsync();
        await Assertions.Expect(card).ToHaveAttributeAsync("data-state", "on");
        await card.Locator("[data-push-act=off]:visible").ClickAsync();
        await Assertions.Expect(card).ToHaveAttributeAsync("data-state", "off");
        var own = $"https://localhost:{_server.Ports.Https}/";
        window.Requests.Should().OnlyContain(url => url.StartsWith(own, StringComparison.Ordinal));
        window.Errors.Should().BeEmpty();
    }
}
