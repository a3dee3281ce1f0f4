using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Casella.Journeys.Server;

namespace Casella.Clients.Thunderbird;

/// <summary>
/// Debian's Thunderbird on a screen that nobody looks at, with a profile of its own that is set up as a user's is after
/// the first minute: IMAP with TLS, the server's own authority, the password remembered.
/// </summary>
internal sealed class ThunderbirdProgram : IAsyncDisposable
{
    private static readonly string Preamble = ReadPreamble();

    private readonly TestFolder _folder = new();
    private readonly Mailbox _mailbox;
    private Process? _process;
    private Marionette? _marionette;

    private ThunderbirdProgram(Mailbox mailbox) => _mailbox = mailbox;

    public static bool IsInstalled => File.Exists("/usr/bin/thunderbird") && File.Exists("/usr/bin/xvfb-run") && File.Exists("/usr/bin/certutil");

    public static async Task<ThunderbirdProgram> StartAsync(CasellaServer server, Mailbox mailbox)
    {
        var program = new ThunderbirdProgram(mailbox);
        try
        {
            await program.OpenAsync(server);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>The body of an async function, with what preamble.js has at hand.</summary>
    public Task<JsonElement> RunAsync(string script, params object[] arguments) => _marionette!.RunAsync($"{Preamble}\n{script}", arguments);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await EndAsync(_process);
            _process.Dispose();
        }

        _marionette?.Dispose();
        _folder.Dispose();
    }

    /// <summary>By itself where it still can: then the screen is put away too.</summary>
    private async Task EndAsync(Process process)
    {
        try
        {
            if (_marionette is not null)
                await _marionette.QuitAsync();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            // The test has its result; only the program must not stay behind.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task OpenAsync(CasellaServer server)
    {
        var profile = Directory.CreateDirectory(Path.Join(_folder.Path, "profile")).FullName;
        var port = FreePort();
        _folder.Write("profile/user.js", Settings(server, port));
        (await ProgramRun.OfAsync("certutil", ["-N", "--empty-password", "-d", $"sql:{profile}"])).Succeeded();
        (await ProgramRun.OfAsync("certutil", ["-A", "-n", "casella", "-t", "C,,", "-i", server.AuthorityFile, "-d", $"sql:{profile}"])).Succeeded();
        var start = new ProcessStartInfo("xvfb-run", ["-a", "thunderbird", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", profile])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
        };
        start.Environment["HOME"] = _folder.Path;
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _marionette = await Marionette.ConnectAsync(port);
        await RunAsync(
            """
            const Login = Components.Constructor("@mozilla.org/login-manager/loginInfo;1", Ci.nsILoginInfo, "init");
            await Services.logins.addLoginAsync(new Login("imap://localhost", null, "imap://localhost", args[0], args[1], "", ""));
            """,
            _mailbox.Address,
            _mailbox.Password);
    }

    /// <summary>user.js: one account by IMAP, and none of the questions and errands of a first start.</summary>
    private string Settings(CasellaServer server, int marionettePort)
    {
        (string Name, object Value)[] settings =
        [
            ("mail.accountmanager.accounts", "account1"),
            ("mail.accountmanager.defaultaccount", "account1"),
            ("mail.account.account1.server", "server1"),
            ("mail.account.account1.identities", "id1"),
            ("mail.identity.id1.useremail", _mailbox.Address),
            ("mail.server.server1.type", "imap"),
            ("mail.server.server1.hostname", "localhost"),
            ("mail.server.server1.port", server.Ports.Imaps),
            // 3 is TLS from the first byte, and the password sent inside it.
            ("mail.server.server1.socketType", 3),
            ("mail.server.server1.authMethod", 3),
            ("mail.server.server1.userName", _mailbox.Address),
            // The password is not there yet, and a question for it would hold everything up.
            ("mail.server.server1.login_at_startup", false),
            ("mail.server.server1.check_new_mail", false),
            ("mail.provider.suppress_dialog_on_startup", true),
            ("mailnews.start_page.enabled", false),
            ("mail.shell.checkDefaultClient", false),
            ("mail.rights.version", 1),
            ("app.update.enabled", false),
            ("datareporting.policy.dataSubmissionPolicyBypassNotification", true),
            ("datareporting.healthreport.uploadEnabled", false),
            ("extensions.update.enabled", false),
            ("services.settings.server", "data:,#remote-settings-dummy/v1"),
            ("marionette.port", marionettePort),
        ];
        return string.Concat(settings.Select(setting =>
            $"user_pref({JsonSerializer.Serialize(setting.Name)}, {JsonSerializer.Serialize(setting.Value)});\n"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string ReadPreamble()
    {
        using var reader = new StreamReader(typeof(ThunderbirdProgram).Assembly.GetManifestResourceStream("preamble.js")!);
        return reader.ReadToEnd();
    }
}
