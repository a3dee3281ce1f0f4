using System.Net;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Formats.Codes;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.Web;

/// <summary>One server with Anna and her mailbox for all attacks on the web's door: it is the start that costs.</summary>
public sealed partial class WebHouse : IAsyncLifetime
{
    public const string Mailbox = "info@example.org";
    public const string Password = "correct horse anna 7";

    private readonly TestFolder _folder = new();
    private RunningServer _server = null!;
    private int _people;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal IServiceProvider Services => _server.Server.Services;

    public int Http => PortOf("none");
    public int Https => PortOf("SSL/TLS");
    public string Site => $"http://127.0.0.1:{Http}";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_folder.Data);
        (await CommandResult.OfAsync("--data", _folder.Data, "domain", "add", "example.org")).ExitCode.Should().Be(0);
        (await CommandResult.OfAsync("--data", _folder.Data, "account", "add", Mailbox)).ExitCode.Should().Be(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A member of the mailbox whom no other test knows.</summary>
    public async Task<string> AddPersonAsync()
    {
        var login = $"anna{Interlocked.Increment(ref _people)}";
        await Services.GetRequiredService<People>().AddAsync(new PersonToAdd("Anna", login, Language.Italian, Password), Stop);
        await Services.GetRequiredService<People>().SetMemberAsync(Mailbox, login, MemberRights.All, Stop);
        return login;
    }

    /// <summary>From now on the password alone opens nothing.</summary>
    /// <returns>Codes on paper.</returns>
    public async Task<IReadOnlyList<string>> TurnOnCodesAsync(string login)
    {
        using var browser = Open();
        await browser.SignInAsync(login);
        var secret = SecondFactors.NewSecret();
        var code = OneTimeCode.At(secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
        return (await Services.GetRequiredService<SecondFactors>().TurnOnAsync((await VisitorAsync(browser.Session!)).Person!, secret, code, Stop))!;
    }

    /// <summary>Who is signed in by this token.</summary>
    public async Task<WebVisitor> VisitorAsync(string token) => (await Services.GetRequiredService<WebSessions>().FindAsync(token, IPAddress.Loopback, Stop))!;

    /// <summary>A browser of its own: cookies, and no step that it is not told.</summary>
    public Browser Open() => new(Site);

    private int PortOf(string encryption) => _server.Server.Status().Listeners
        .Single(listener => listener.Service is "Webmail" && listener.Encryption.StartsWith(encryption, StringComparison.Ordinal)).Port;

    /// <summary>What a browser does with forms, without one.</summary>
    public sealed partial class Browser : IDisposable
    {
        private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        private readonly HttpClient _http;
        private readonly Uri _site;

        public Browser(string site)
        {
            _site = new Uri(site);
            _http = new HttpClient(_handler) { BaseAddress = _site };
        }

        public string? Session => Cookies["casella"]?.Value;

        public CookieCollection Cookies => _handler.CookieContainer.GetCookies(_site);

        public void Plant(string name, string value) => _handler.CookieContainer.Add(_site, new Cookie(name, value));

        public async Task<HttpResponseMessage> GetAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Accept", "text/html");
            return await _http.SendAsync(request, Stop);
        }

        public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, string? origin = null, string? token = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            if (token is not null)
                request.Headers.Add("X-Casella-Forms", token);
            return await _http.SendAsync(request, Stop);
        }

        public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request, Stop);

        public async Task<HttpResponseMessage> SignInAsync(string login, string password = Password, string? to = null, string? preference = null)
        {
            var token = FormToken().Match(await TextAsync("/sign-in")).Groups["token"].Value;
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
            {
                Content = new FormUrlEncodedContent([new("user", login), new("password", password), new("to", to ?? ""), new("__RequestVerificationToken", token)]),
            };
            if (preference is not null)
                request.Headers.Add("Prefer", preference);
            return await _http.SendAsync(request, Stop);
        }

        /// <summary>The token with which the pages of who is signed in speak.</summary>
        public async Task<string> TokenAsync() => TokenIn(await TextAsync("/settings"));

        public static string TokenIn(string page) => MetaToken().Match(page).Groups["token"].Value;

        /// <summary>Whether the settings open, which need a session.</summary>
        public async Task<bool> IsInAsync() => (await GetAsync("/settings")).StatusCode == HttpStatusCode.OK;

        public void Dispose()
        {
            _http.Dispose();
            _handler.Dispose();
        }

        private async Task<string> TextAsync(string path) => await (await GetAsync(path)).Content.ReadAsStringAsync(Stop);

        [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
        private static partial Regex FormToken();

        [GeneratedRegex("name=\"casella-forms\" content=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
        private static partial Regex MetaToken();
    }
}
