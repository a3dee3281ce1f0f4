using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>A page of somebody else's, in the browser of who is signed in: it may try everything, and nothing happens.</summary>
public sealed class ForeignPageTests(SharedServer shared, Chromium chromium)
{
    private const string Foreign = "https://evil.test/";

    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_reads_nothing_sends_nothing_and_signs_nobody_in_or_out()
    {
        var office = await Office.OpenAsync(_server);
        await office.ReceiveAsync(Office.Letter("Marco", "Riservato", "Il segreto"));
        var (login, password) = await office.AddPersonAsync("Anna");
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(_server, login, password);
        var ours = $"https://localhost:{_server.Ports.Https}";
        await window.Page.Context.RouteAsync($"{Foreign}**", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = "<!doctype html><title>Foto</title><p>Gattini" }));
        var page = await window.Page.Context.NewPageAsync();
        await page.GotoAsync(Foreign);

        var tried = await page.EvaluateAsync<JsonElement>(
            """
            async ours => {
              const asked = { credentials: 'include' }, found = [];
              const tell = async (what, path, how) => {
                try { const answer = await fetch(ours + path, { ...asked, ...how }); found.push([what, answer.type, answer.type === 'opaque' ? '' : await answer.text()]); }
                catch { found.push([what, 'refused', '']); }
              };
              const json = JSON.stringify({ account: 1, to: ['eva@evil.test'], subject: 'Falso', text: 'x' });
              await tell('read page', '/', {});
              await tell('read api', '/api/v1/mailboxes', {});
              await tell('read blind', '/settings', { mode: 'no-cors' });
              await tell('save', '/compose/save', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: json });
              await tell('save as text', '/compose/save', { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body: json });
              await tell('send as text', '/compose/send', { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body: json });
              await tell('with a token', '/compose/send', { method: 'POST', headers: { 'X-Casella-Forms': 'x' }, body: json });
              await tell('sign out', '/sign-out', { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ a: 'b' }) });
              found.push(['socket', await new Promise(done => {
                const socket = new WebSocket(ours.replace('https', 'wss') + '/_blazor?id=x');
                socket.onopen = () => done('opened');
                socket.onerror = () => done('refused');
              }), '']);
              found.push(['frame', await new Promise(done => {
                const frame = document.createElement('iframe');
                frame.src = ours + '/';
                frame.onload = () => { try { done(frame.contentDocument ? 'readable' : 'refused'); } catch { done('refused'); } };
                document.body.append(frame);
              }), '']);
              found.push(['picture', await new Promise(done => {
                const picture = new Image();
                picture.onload = () => done('shown');
                picture.onerror = () => done('refused');
                picture.src = ours + '/m/1/1/part/0?view=true';
              }), '']);
              return found;
            }
            """, ours);

        foreach (var one in tried.EnumerateArray())
        {
            one[1].GetString().Should().BeOneOf(["refused", "opaque"], one.ToString());
            one[2].GetString().Should().BeEmpty(one.ToString());
        }

        // A form that is sent by itself, as a whole page: signs nobody out, and nobody in as somebody else.
        await SubmitAsync(window.Page.Context, $"{ours}/sign-out", "{}");
        await SubmitAsync(window.Page.Context, $"{ours}/sign-in", JsonSerializer.Serialize(new { user = office.Shared.Address, password = office.Shared.Password }));
        await SubmitAsync(window.Page.Context, $"{ours}/language", "{\"tag\":\"en\"}");
        await window.Page.ReloadAsync();
        await window.ReadyAsync();
        await Assertions.Expect(window.Page.Locator("html")).ToHaveAttributeAsync("lang", "it");
        await Assertions.Expect(window.Row("Riservato")).ToBeVisibleAsync();
        using var imap = await MailKitClients.ImapAsync(_server, office.Shared);
        foreach (var name in (string[])["Drafts", "Sent"])
        {
            var folder = await imap.GetFolderAsync(name, Stop);
            await folder.StatusAsync(StatusItems.Count, Stop);
            folder.Count.Should().Be(0, name);
        }
    }

    private static async Task SubmitAsync(IBrowserContext context, string address, string fields)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(Foreign);
        var answer = await page.RunAndWaitForResponseAsync(() => page.EvaluateAsync(
            """
            ([address, fields]) => {
              const form = document.createElement('form');
              Object.assign(form, { method: 'post', action: address });
              for (const [name, value] of Object.entries(JSON.parse(fields))) form.append(Object.assign(document.createElement('input'), { name, value }));
              document.body.append(form);
              form.submit();
            }
            """, new[] { address, fields }), address);
        answer.Status.Should().Be(403, address);
        await page.CloseAsync();
    }
}
