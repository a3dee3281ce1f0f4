using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AwesomeAssertions;
using Casella.Web.Reading;
using Casella.Web.Writing;
using Microsoft.Playwright;

namespace Casella.Browser.Hostile;

/// <summary>
/// By itself: what a page does within a second is all that is looked at, and beside other windows it does less.
/// </summary>
[CollectionDefinition(nameof(WallsTests), DisableParallelization = true)]
public sealed class Undisturbed;

/// <summary>
/// Oracle W: the two walls around a mail's HTML, each alone. In a real browser no vector may run, open a dialog or ask for
/// anything: neither washed and without frame and policy, nor raw inside the frame with its policy.
/// </summary>
[Collection(nameof(WallsTests))]
public sealed class WallsTests(Chromium chromium)
{
    private const string Site = "http://casella.test";
    private const int PerPage = 60;

    private static readonly Func<string, string> Raw = static vector => vector;

    [Fact]
    public void There_are_enough_of_them() => Vectors.All.Distinct(StringComparer.Ordinal).Should().HaveCountGreaterThanOrEqualTo(500);

    [Fact]
    public async Task The_washer_alone_lets_nothing_through() =>
        (await TryAllAsync(Washed, hasPolicy: false)).Should().BeEmpty();

    /// <summary>What is quoted stands in our own page: nothing but the washer is around it there.</summary>
    [Fact]
    public async Task The_washer_of_the_composer_lets_nothing_through() =>
        (await TryAllAsync(Quoted, hasPolicy: false)).Should().BeEmpty();

    [Fact]
    public async Task The_frame_with_its_policy_alone_lets_nothing_through() =>
        (await TryAllAsync(Raw, hasPolicy: true)).Should().BeEmpty();

    [Fact]
    public async Task Without_both_walls_the_vectors_do_bite() =>
        (await TryAllAsync(Raw, hasPolicy: false)).Should().HaveCountGreaterThan(100, "else this test sees nothing");

    private async Task<IReadOnlyCollection<string>> TryAllAsync(Func<string, string> wash, bool hasPolicy)
    {
        await using var window = await chromium.OpenAsync();
        var bites = new ConcurrentQueue<string>();
        var page = window.Page;
        var isHeld = wash != Raw || hasPolicy;
        page.Dialog += (_, dialog) =>
        {
            bites.Enqueue($"dialog {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        await page.RouteAsync("**/*", route => AnswerAsync(route, wash, hasPolicy, bites));
        for (var first = 0; first < Vectors.All.Count; first += PerPage)
        {
            // Where nothing holds them some never let the page be loaded.
            await page.GotoAsync($"{Site}/page/{first}", new PageGotoOptions { WaitUntil = isHeld ? WaitUntilState.Load : WaitUntilState.Commit });
            if (isHeld)
                await LateOnesAsync(page);
            else
                await UntilQuietAsync(page, bites);
        }

        return [.. bites];
    }

    /// <summary>
    /// What runs late, runs within this time: animations, focus, refreshes. Counted in pictures that the browser has drawn,
    /// so that a busy machine looks as long as a quick one.
    /// </summary>
    private static Task<JsonElement?> LateOnesAsync(IPage page) => page.EvaluateAsync(
        "() => new Promise(done => { let drawn = 0; const next = () => ++drawn < 24 ? requestAnimationFrame(next) : setTimeout(done, 400); next(); })");

    /// <summary>Where nothing holds them a page may never answer again: until nothing more has come for a while.</summary>
    private static async Task UntilQuietAsync(IPage page, ConcurrentQueue<string> bites)
    {
        const int Step = 500, QuietSteps = 6, StepsAtMost = 60;
        var (last, quiet) = (-1, 0);
        for (var step = 0; step < StepsAtMost && quiet < QuietSteps; step++)
        {
            await page.WaitForTimeoutAsync(Step);
            quiet = bites.Count == last ? quiet + 1 : 0;
            last = bites.Count;
        }
    }

    private static async Task AnswerAsync(IRoute route, Func<string, string> wash, bool hasPolicy, ConcurrentQueue<string> bites)
    {
        var url = new Uri(route.Request.Url);
        if (!string.Equals(url.Host, "casella.test", StringComparison.Ordinal))
        {
            bites.Enqueue($"{route.Request.Url} from {route.Request.Frame?.Url}");
            await route.AbortAsync();
            return;
        }

        var path = url.AbsolutePath.Split('/');
        if (path is ["", "page", var first])
            await route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = PageOf(Number(first), wash != Raw, hasPolicy) });
        else if (path is ["", "vector", var number])
            await route.FulfillAsync(Frame(wash(Vectors.All[Number(number)]), hasPolicy));
        else
            await route.FulfillAsync(new RouteFulfillOptions { Status = 404 });
    }

    private static string Washed(string vector) => new HtmlWasher(_ => null).Wash(vector) ?? "";

    /// <summary>With a picture for each: the way in that a picture opens is looked at, too.</summary>
    private static string Quoted(string vector) => SimpleHtml.Wash(vector, (_, _) => "/compose/picture/u:1");

    private static RouteFulfillOptions Frame(string body, bool hasPolicy)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "text/html; charset=utf-8" };
        if (hasPolicy)
            (headers["Content-Security-Policy"], headers["X-DNS-Prefetch-Control"]) = (MailFrame.Policy(null), "off");
        return new RouteFulfillOptions { Headers = headers, Body = MailFrame.Document(body) };
    }

    private static string PageOf(int first, bool isWashed, bool hasPolicy)
    {
        // Without the walls everything is allowed but to lead the whole page away, where the others would see nothing.
        var sandbox = hasPolicy ? " sandbox=\"allow-popups allow-popups-to-escape-sandbox\""
            : isWashed ? ""
            : " sandbox=\"allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox\"";
        var page = new StringBuilder("<!DOCTYPE html><title>vectors</title>");
        for (var i = first; i < Math.Min(first + PerPage, Vectors.All.Count); i++)
            page.Append(CultureInfo.InvariantCulture, $"<iframe width=200 height=100 src=\"/vector/{i}\"{sandbox}></iframe>");
        return page.ToString();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
