using Casella.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Casella.Browser;

/// <summary>Debian's Chromium, one for all tests; each test has windows of its own that know nothing of each other.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            // A service worker is not registered from a site with a mistake in its certificate, whatever the window forgives.
            Args = ["--ignore-certificate-errors", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    /// <summary>A window as on a desk, or of the size of a telephone.</summary>
    /// <param name="width">Of a telephone; the smallest that are in use have 360 and 320.</param>
    internal async Task<Window> OpenAsync(bool isPhone = false, string locale = "it-IT", int width = 390, string? zone = null)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            IgnoreHTTPSErrors = true,
            Locale = locale,
            TimezoneId = zone,
            ViewportSize = isPhone ? new ViewportSize { Width = width, Height = 780 } : new ViewportSize { Width = 1366, Height = 800 },
            HasTouch = isPhone,
            IsMobile = isPhone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        return await Window.OpenAsync(context);
    }
}
