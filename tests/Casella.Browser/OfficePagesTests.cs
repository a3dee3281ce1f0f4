using System.Reflection;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Casella.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;

namespace Casella.Browser;

/// <summary>All pages of the office, found where they say their address, so that a new one is among them.</summary>
public sealed partial class OfficePagesTests(SharedServer shared, Chromium chromium)
{
    private const string Password = "correct horse battery 9";

    private readonly CasellaServer _server = shared.Server;

    [Theory]
    [InlineData(false, "it")]
    [InlineData(true, "en")]
    [InlineData(true, "it")]
    [InlineData(false, "en")]
    public async Task Each_opens_has_its_words_and_fits(bool isPhone, string language)
    {
        await using var desk = await chromium.OpenAsync(isPhone);
        var (page, login) = (desk.Page, Name("olga"));
        await _server.CommandAsync($"{Password}\n", ["person", "add", "Olga", "--login", login, "--language", language, "--password-stdin"]);
        await _server.CommandAsync("office", "set", login, "--roles", "owner");
        var office = await Office.OpenAsync(_server);
        await office.AddPersonAsync("Anna", language: language);
        var list = $"{Name("soci")}@example.test";
        await _server.CommandAsync("list", "put", list, "--title", "I soci");
        await desk.SignInAsync(_server, login, Password);
        var pages = Pages().Select(template => template
            .Replace("{Domain}", "example.test", StringComparison.Ordinal).Replace("{Login}", login, StringComparison.Ordinal)
            .Replace("lists/{Address}", $"lists/{list}", StringComparison.Ordinal).Replace("{Address}", office.Shared.Address, StringComparison.Ordinal)).ToList();
        pages.Should().HaveCountGreaterThan(15);

        foreach (var path in pages.Where(path => !path.Contains('{', StringComparison.Ordinal)))
        {
            (await page.GotoAsync(At(path)))!.Status.Should().Be(200, path);
            await page.Locator(path.StartsWith("/office/sheet", StringComparison.Ordinal) ? "h1" : ".office-main[data-ready]").First.WaitForAsync();
            Unworded().Matches(await page.InnerTextAsync("body")).Select(match => match.Value).Should().BeEmpty($"{path} has words for everything");
            (await page.GetAttributeAsync("html", "lang")).Should().Be(language, path);
            (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).Should().BeLessThanOrEqualTo(0, $"{path} fits");
            // The same words for everybody who cannot see them well; the languages differ in nothing that a program could check.
            if (isPhone == language is "en")
                (await Axe.CheckDayAndNightAsync(page)).Should().BeEmpty(path);
            await PictureAsync(desk, $"page-{language}-{(isPhone ? "phone" : "pc")}{path.Replace('/', '-').Replace(office.Shared.Address, "box", StringComparison.Ordinal).Replace(login, "olga", StringComparison.Ordinal)}");
        }

        desk.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, "it", "riga 3", "2 caselle create")]
    [InlineData(true, "en", "line 3", "2 mailboxes made")]
    public async Task Many_mailboxes_are_made_of_a_list_that_is_shown_before(bool isPhone, string language, string line, string made)
    {
        await using var desk = await chromium.OpenAsync(isPhone);
        var (page, login) = (desk.Page, Name("olga"));
        await _server.CommandAsync($"{Password}\n", ["person", "add", "Olga", "--login", login, "--language", language, "--password-stdin"]);
        await _server.CommandAsync("office", "set", login, "--roles", "operator");
        var (one, two) = ($"{Name("uno")}@example.test", $"{Name("due")}@example.test");
        await desk.SignInAsync(_server, login, Password);
        await page.GotoAsync(At("/office/import"));
        await page.Locator(".office-main[data-ready]").WaitForAsync();

        await ChooseAsync(page, $"address,quota,name,members\n{one},2GB,Uno,{login}:read\n{two},2GB,Due,nobody.here\n");
        await Assertions.Expect(page.Locator("section[aria-labelledby=problems]")).ToContainTextAsync(line, new LocatorAssertionsToContainTextOptions { IgnoreCase = true });
        await Assertions.Expect(page.Locator("section[aria-labelledby=preview] tbody tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("section[aria-labelledby=preview] button")).ToBeDisabledAsync();
        (await _server.CommandAsync("account", "list")).Output.Should().NotContain(one, "a list with a mistake makes nothing");
        await PictureAsync(desk, $"office-import-{language}-1");

        await ChooseAsync(page, $"address,quota,name,members\n{one},2GB,Uno,{login}:read\n{two},,Due,\n");
        await Assertions.Expect(page.Locator("section[aria-labelledby=problems]")).ToHaveCountAsync(0);
        (await Axe.CheckAsync(page)).Should().BeEmpty("the preview");
        await page.Locator("section[aria-labelledby=preview] button").ClickAsync();

        await Assertions.Expect(page.Locator("section.card h2").First).ToContainTextAsync(made);
        await PictureAsync(desk, $"office-import-{language}-2");
        (await _server.CommandAsync("account", "list")).Output.Should().Contain(one).And.Contain(two);
        (await _server.CommandAsync("member", "list", one)).Output.Should().Contain("read");
        desk.Errors.Should().BeEmpty();
    }

    private static IEnumerable<string> Pages() => typeof(WebSite).Assembly.GetTypes()
        .SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template)
        .Where(template => template.StartsWith("/office", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static Task ChooseAsync(IPage page, string csv) => page.Locator("input[type=file]").SetInputFilesAsync(
        new FilePayload { Name = "boxes.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(csv) });

    private static string Name(string begin) => $"{begin}{Guid.NewGuid().ToString("N")[..8]}";

    private string At(string path) => $"https://localhost:{_server.Ports.Https}{path}";

    private static async Task PictureAsync(Window window, string name)
    {
        if (Environment.GetEnvironmentVariable("WEBMAIL_SCREENS") is { Length: > 0 } folder)
            await window.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Join(folder, $"{name}.png"), FullPage = true });
    }

    /// <summary>The name of a text where the text itself should be.</summary>
    [GeneratedRegex(@"\bOffice[A-Z][A-Za-z]+\b", RegexOptions.None, 1_000)]
    private static partial Regex Unworded();
}
