using System.Collections.Concurrent;
using Casella.Journeys.Server;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>One window, with all that it has asked for and complained of.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private Window(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Every address that was asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>What the page's scripts and its policy have complained of.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    public static async Task<Window> OpenAsync(IBrowserContext context)
    {
        var window = new Window(context, await context.NewPageAsync());
        window.Page.Request += (_, request) => window._requests.Enqueue(request.Url);
        window.Page.PageError += (_, error) => window._errors.Enqueue(error);
        window.Page.Console += (_, line) =>
        {
            if (line.Type is "error")
                window._errors.Enqueue(line.Text);
        };
        window.Page.SetDefaultTimeout(20_000);
        return window;
    }

    /// <summary>Signs in and waits until the page is live.</summary>
    public async Task SignInAsync(CasellaServer server, string user, string password)
    {
        await Page.GotoAsync($"https://localhost:{server.Ports.Https}/");
        await EnterAsync(user, password);
        await ReadyAsync();
    }

    /// <summary>Fills in the form at the door and sends it.</summary>
    public async Task EnterAsync(string user, string password)
    {
        await Page.Locator("input[name=user]").FillAsync(user);
        await Page.Locator("input[name=password]").FillAsync(password);
        await Page.Locator("button[type=submit]").ClickAsync();
    }

    public Task ReadyAsync() => Page.Locator("#desk[data-ready]").WaitForAsync();

    public ILocator Folder(string name) => Page.Locator(".folder[data-folder]", new PageLocatorOptions { HasText = name });

    public ILocator Row(string subject) => Page.Locator(".row", new PageLocatorOptions { HasText = subject });

    /// <summary>For people to look at, where somebody wants to (WEBMAIL_SCREENS).</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("WEBMAIL_SCREENS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Join(folder, $"{name}.png") });
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
