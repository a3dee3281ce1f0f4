using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Casella.Journeys.Server;

namespace Casella.Clients.Thunderbird;

/// <summary>
/// Debian's Thunderbird on a screen that nobody looks at, with a profile of its own: set up as a user's is after the
/// first minute (IMAP with TLS, the server's own authority, the password remembered), or as it is when it is new.
/// </summary>
internal sealed class ThunderbirdProgram : IAsyncDisposable
{
    private static readonly string Preamble = ReadPreamble();

    private readonly TestFolder _folder = new();
    private Process? _process;
    private Marionette? _marionette;

    private ThunderbirdProgram()
    {
    }

    public static bool IsInstalled => File.Exists("/usr/bin/thunderbird") && File.Exists("/usr/bin/xvfb-run") && File.Exists("/usr/bin/certutil");

    /// <summary>With an account that is ready.</summary>
    public static Task<ThunderbirdProgram> StartAsync(CasellaServer server, Mailbox mailbox) => StartAsync(async program =>
    {
        await program.OpenAsync(server.AuthorityFile, Account(server, mailbox), names: null);
        await program.RunAsync(
            """
            const Login = Components.Constructor("@mozilla.org/login-manager/loginInfo;1", Ci.nsILoginInfo, "init");
            await Services.logins.addLoginAsync(new Login("imap://localhost", null, "imap://localhost", args[0], args[1], "", ""));
            """,
            mailbox.Address,
            mailbox.Password);
    });

    /// <summary>Just installed: no account, and nothing known of any server but whom it may trust.</summary>
    /// <param name="authorityFile">PEM.</param>
    /// <param name="nameServer">Address of the one DNS server that it asks, at port 53. As root only.</param>
    public static Task<ThunderbirdProgram> StartNewAsync(string authorityFile, string nameServer) =>
        StartAsync(program => program.OpenAsync(authorityFile, [], nameServer));

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

    private static async Task<ThunderbirdProgram> StartAsync(Func<ThunderbirdProgram, Task> open)
    {
        var program = new ThunderbirdProgram();
        try
        {
            await open(program);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    private async Task OpenAsync(string authorityFile, IEnumerable<(string, object)> account, string? names)
    {
        var profile = Directory.CreateDirectory(Path.Join(_folder.Path, "profile")).FullName;
        var port = FreePort();
        _folder.Write("profile/user.js", string.Concat(Settings(port).Concat(account).Select(setting =>
            $"user_pref({JsonSerializer.Serialize(setting.Item1)}, {JsonSerializer.Serialize(setting.Item2)});\n")));
        (await ProgramRun.OfAsync("certutil", ["-N", "--empty-password", "-d", $"sql:{profile}"])).Succeeded();
        (await ProgramRun.OfAsync("certutil", ["-A", "-n", "casella", "-t", "C,,", "-i", authorityFile, "-d", $"sql:{profile}"])).Succeeded();
        string[] command = ["xvfb-run", "-a", "thunderbird", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", profile];
        if (names is not null)
            command = [.. WithNames(names), .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
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
    }

    /// <summary>What stands before a command that sees another /etc/resolv.conf than everybody else.</summary>
    private string[] WithNames(string nameServer)
    {
        _folder.Write("resolv.conf", $"nameserver {nameServer}\n");
        return
        [
            "unshare", "--mount", "--propagation", "private", "sh", "-c",
            "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"", Path.Join(_folder.Path, "resolv.conf"),
        ];
    }

    /// <summary>user.js: none of the questions and errands of a first start.</summary>
    private static (string Name, object Value)[] Settings(int marionettePort) =>
    [
        ("mail.provider.suppress_dialog_on_startup", true),
        ("mailnews.start_page.enabled", false),
        ("mail.shell.checkDefaultClient", false),
        ("mail.rights.version", 1),
        ("app.update.enabled", false),
        ("app.donation.eoy.version.viewed", 999),
        ("datareporting.policy.dataSubmissionPolicyBypassNotification", true),
        ("datareporting.healthreport.uploadEnabled", false),
        ("extensions.update.enabled", false),
        ("services.settings.server", "data:,#remote-settings-dummy/v1"),
        // Neither somebody's proxy nor somebody's DNS over HTTPS.
        ("network.proxy.type", 0),
        ("network.trr.mode", 5),
        ("marionette.port", marionettePort),
    ];

    private static (string Name, object Value)[] Account(CasellaServer server, Mailbox mailbox) =>
    [
        ("mail.accountmanager.accounts", "account1"),
        ("mail.accountmanager.defaultaccount", "account1"),
        ("mail.account.account1.server", "server1"),
        ("mail.account.account1.identities", "id1"),
        ("mail.identity.id1.useremail", mailbox.Address),
        ("mail.server.server1.type", "imap"),
        ("mail.server.server1.hostname", "localhost"),
        ("mail.server.server1.port", server.Ports.Imaps),
        // 3 is TLS from the first byte, and the password sent inside it.
        ("mail.server.server1.socketType", 3),
        ("mail.server.server1.authMethod", 3),
        ("mail.server.server1.userName", mailbox.Address),
        // The password is not there yet, and a question for it would hold everything up.
        ("mail.server.server1.login_at_startup", false),
        ("mail.server.server1.check_new_mail", false),
    ];

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
