using Casella.WebBench.Webmails;
using Microsoft.Playwright;

namespace Casella.WebBench.Running;

/// <summary>One webmail, one browser, and the figures of both.</summary>
internal sealed class Session(IBrowser browser, Webmail webmail, BenchOptions options)
{
    // So many seconds for one row: a search of a minute is not asked for twenty times.
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(45);
    private static readonly string Probe = Read("probe.js");

    private readonly List<Figure> _figures = [];

    public IReadOnlyList<Figure> Figures => _figures;

    public Webmail Webmail => webmail;

    public BenchOptions Options => options;

    public async Task<IPage> OpenAsync()
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            IgnoreHTTPSErrors = true,
            Locale = "it-IT",
            ViewportSize = new ViewportSize { Width = 1366, Height = 800 },
        });
        await context.AddInitScriptAsync(Probe);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(75_000);
        return page;
    }

    /// <summary>A page in the inbox.</summary>
    public async Task<IPage> SignedInAsync(Uri at)
    {
        var page = await OpenAsync();
        await Webmails.Webmail.OpenSignInAsync(page, at);
        await webmail.SignInAsync(page, BenchOptions.User, options.Password);
        return page;
    }

    public bool Wants(Row row) => options.Only.Count == 0 || options.Only.Any(word => row.Action.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes samples until there are enough of them or it has taken long enough; the first warms up and is forgotten.</summary>
    public async Task MeasureAsync(Row row, Func<int, Task<double>> sample)
    {
        if (!Wants(row))
            return;
        try
        {
            var start = Environment.TickCount64;
            await sample(0);
            var samples = new List<double>();
            while (samples.Count < options.Samples && (samples.Count == 0 || Environment.TickCount64 - start < Enough.TotalMilliseconds))
                samples.Add(await sample(samples.Count + 1));
            Add(row, samples);
        }
        catch (Exception failed) when (failed is PlaywrightException or TimeoutException)
        {
            // No figure is better than a wrong one.
            await Console.Error.WriteLineAsync($"{webmail.Name}, {row.Action}: FAILED: {failed.Message}");
        }
    }

    public void Add(Row row, IReadOnlyList<double> samples)
    {
        var sorted = samples.Order().ToList();
        var figure = new Figure(webmail.Name, row, sorted[sorted.Count / 2], sorted[^1], sorted.Count);
        _figures.Add(figure);
        Console.Error.WriteLine($"{webmail.Name,-10} {row.Action,-48} {figure.Median,8:N1} {row.Unit} (slowest {figure.Slowest:N1}, {figure.Samples} samples)");
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(Session).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}

/// <param name="ServerProcess">Of Casella, whose memory is looked at.</param>
internal sealed record BenchOptions(string Password, int Messages, int Samples, IReadOnlyList<string> Only, int? ServerProcess)
{
    public const string User = "bench1@example.test";

    public const string Other = "bench2@example.test";
}
