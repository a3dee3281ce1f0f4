using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Casella.Journeys.Server;

namespace Casella.Clients.Roundcube;

/// <summary>
/// Debian's Roundcube under PHP's own web server, with a configuration and an SQLite file of its own; used as a browser
/// uses it: a page to sign in, and then what its script asks for, with the token of the session.
/// </summary>
internal sealed partial class RoundcubeSite : IAsyncDisposable
{
    private const string Documents = "/var/lib/roundcube";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new(new HttpClientHandler { CookieContainer = new CookieContainer() });
    private Process? _php;
    private string _token = "";

    private RoundcubeSite()
    {
    }

    public static bool IsInstalled => Directory.Exists(Documents) && File.Exists("/usr/bin/php");

    /// <summary>What Roundcube and the IMAP server have said to each other.</summary>
    public string Conversation => File.ReadAllText(Path.Join(_folder.Path, "imap.log"));

    public static async Task<RoundcubeSite> StartAsync(CasellaServer server)
    {
        var site = new RoundcubeSite();
        try
        {
            await site.ServeAsync(server);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Signs in; the page with the folders.</summary>
    public async Task<string> SignInAsync(Mailbox mailbox)
    {
        var page = await GetAsync("_task=login");
        var token = LoginToken().Match(page).Groups["token"].Value;
        var mail = await PostAsync("_task=login", ("_token", token), ("_task", "login"), ("_action", "login"), ("_user", mailbox.Address), ("_pass", mailbox.Password));
        _token = SessionToken().Match(mail).Groups["token"].Value;
        if (_token.Length == 0)
            throw new InvalidOperationException($"Roundcube has not signed in:\n{mail}");
        _http.DefaultRequestHeaders.Add("X-Roundcube-Request", _token);
        return mail;
    }

    /// <summary>A page, or with _remote=1 what the script of the page would be told to do.</summary>
    public async Task<string> GetAsync(string query)
    {
        using var reply = await _http.GetAsync(new Uri($"?{query}", UriKind.Relative), TestContext.Current.CancellationToken);
        return await TextAsync(reply);
    }

    /// <summary>What a click changes.</summary>
    public async Task<string> PostAsync(string query, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var reply = await _http.PostAsync(new Uri($"?{query}", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await TextAsync(reply);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_php is not null)
        {
            _php.Kill(entireProcessTree: true);
            await _php.WaitForExitAsync();
            _php.Dispose();
        }

        _folder.Dispose();
    }

    private async Task ServeAsync(CasellaServer server)
    {
        var port = FreePort();
        foreach (var file in new[] { "defaults.inc.php", "mimetypes.php" })
            File.Copy(Path.Join("/etc/roundcube", file), Path.Join(_folder.Path, file));
        _folder.Write("config.inc.php", Configuration(server));
        var database = Path.Join(_folder.Path, "roundcube.db");
        (await ProgramRun.OfAsync("php", ["-r", $"(new PDO('sqlite:{database}'))->exec(file_get_contents('/usr/share/roundcube/SQL/sqlite.initial.sql'));"])).Succeeded();
        var start = new ProcessStartInfo("php", ["-S", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "-t", Documents])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
        };
        start.Environment["ROUNDCUBE_CONFIG_DIR"] = _folder.Path;
        _php = Process.Start(start)!;
        _php.BeginOutputReadLine();
        _php.BeginErrorReadLine();
        _http.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        await WaitAsync(port);
    }

    private string Configuration(CasellaServer server) => $"""
        <?php
        $config['db_dsnw'] = 'sqlite:///{_folder.Path}/roundcube.db?mode=0600';
        $config['imap_host'] = 'ssl://localhost:{server.Ports.Imaps}';
        $config['imap_conn_options'] = ['ssl' => ['cafile' => '{server.AuthorityFile}', 'verify_peer' => true]];
        $config['smtp_host'] = 'ssl://localhost:{server.Ports.Submissions}';
        $config['smtp_conn_options'] = $config['imap_conn_options'];
        $config['log_dir'] = '{_folder.Path}';
        $config['temp_dir'] = '{_folder.Path}';
        $config['imap_debug'] = true;
        $config['des_key'] = '0123456789abcdef01234567';
        $config['plugins'] = [];
        $config['enable_spellcheck'] = false;

        """;

    private static async Task WaitAsync(int port)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
            try
            {
                using var tcp = new TcpClient();
                await tcp.ConnectAsync("127.0.0.1", port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                // It is still starting.
                await Task.Delay(50, patience.Token);
            }
    }

    private static async Task<string> TextAsync(HttpResponseMessage reply)
    {
        var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!reply.IsSuccessStatusCode)
            throw new InvalidOperationException($"{(int)reply.StatusCode}\n{text}");
        return reply.Content.Headers.ContentType?.MediaType is "application/json" && JsonDocument.Parse(text).RootElement.TryGetProperty("exec", out var script)
            ? script.GetString()!
            : text;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("""name="_token" value="(?<token>[^"]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LoginToken();

    [GeneratedRegex("""request_token":"(?<token>[^"]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SessionToken();
}
