using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>
/// axe-core, which looks at a page as somebody who cannot see it would have to. Fetched by npm into the artifacts when it
/// is not there: it is a program of others and not ours to keep.
/// </summary>
internal static class Axe
{
    private const string Version = "4.10.3";

    private static readonly Lazy<Task<string>> Script = new(LoadAsync);

    private const string Rules = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }";

    private const string Colours = "{ runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }, resultTypes: ['violations'] }";

    /// <summary>Every rule of WCAG 2.2 A and AA that a program can check; one line for each violation.</summary>
    public static Task<IReadOnlyList<string>> CheckAsync(IPage page) => RunAsync(page, Rules);

    /// <summary>The same, and the colours again at night.</summary>
    public static async Task<IReadOnlyList<string>> CheckDayAndNightAsync(IPage page)
    {
        var day = await RunAsync(page, Rules);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        var night = await RunAsync(page, Colours);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        return [.. day, .. night.Select(one => $"dark {one}")];
    }

    private static async Task<IReadOnlyList<string>> RunAsync(IPage page, string options)
    {
        await page.EvaluateAsync(await Script.Value);
        var result = await page.EvaluateAsync<JsonElement>($"() => axe.run(document, {options})");
        return
        [
            .. from violation in result.GetProperty("violations").EnumerateArray()
            from node in violation.GetProperty("nodes").EnumerateArray()
            select $"{violation.GetProperty("id").GetString()}: {node.GetProperty("html").GetString()} {node.GetProperty("failureSummary").GetString()?.ReplaceLineEndings(" ")}",
        ];
    }

    private static async Task<string> LoadAsync()
    {
        var folder = Path.Join(AppContext.BaseDirectory, "axe");
        var file = Path.Join(folder, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(folder);
            using var npm = Process.Start(new ProcessStartInfo("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", $"axe-core@{Version}"]) { UseShellExecute = false })!;
            await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"npm could not fetch axe-core {Version}.");
        }

        return await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
    }
}
