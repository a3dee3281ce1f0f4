using System.Diagnostics;
using System.Net;

namespace Casella.Smtp.Tests.World;

/// <summary>Debian's rspamd in a folder of its own, without network: one rule of the test, and a memory to be taught.</summary>
internal sealed class RealRspamd : IAsyncDisposable
{
    private const string Program = "/usr/bin/rspamd";

    private readonly string _folder = Path.Join(Path.GetTempPath(), $"rspamd-{Guid.NewGuid():N}"[..16]);
    private readonly Process _process;

    private RealRspamd()
    {
        Directory.CreateDirectory(_folder);
        var (worker, controller) = (FakeRspamd.FreePort(), FakeRspamd.FreePort());
        (Worker, Controller) = ($"http://127.0.0.1:{worker}", $"http://127.0.0.1:{controller}");
        var file = Path.Join(_folder, "rspamd.conf");
        File.WriteAllText(file, $$"""
            options { pidfile = "{{_folder}}/pid"; dns { nameserver = ["127.0.0.1:5"]; timeout = 0.1s; retransmits = 1; } cores_dir = "{{_folder}}"; control_socket = "{{_folder}}/s mode=0600"; tempdir = "{{_folder}}"; filters = "regexp"; disable_hyperscan = true; task_timeout = 5s; }
            logging { type = "console"; level = "warning"; }
            worker "normal" { bind_socket = "127.0.0.1:{{worker}}"; count = 1; }
            worker "controller" { bind_socket = "127.0.0.1:{{controller}}"; count = 1; secure_ip = "127.0.0.1"; }
            actions { reject = 15; add_header = 6; }
            metric { name = "default"; group "test" { symbol "BAYES_SPAM" { weight = 5; } symbol "BAYES_HAM" { weight = -3; } symbol "TEST_PREMIO" { weight = 7.5; } } }
            regexp { "TEST_PREMIO" { re = "Subject=/premio/i{header}"; } }
            classifier "bayes" { tokenizer { name = "osb"; } backend = "sqlite3"; min_tokens = 3; min_learns = 1; cache { path = "{{_folder}}/learned.sqlite"; }
              statfile { symbol = "BAYES_HAM"; path = "{{_folder}}/ham.sqlite"; spam = false; } statfile { symbol = "BAYES_SPAM"; path = "{{_folder}}/spam.sqlite"; spam = true; } }
            lua = "/usr/share/rspamd/rules/rspamd.lua";
            """);
        _process = Process.Start(new ProcessStartInfo(Program, ["-f", "-i", "-c", file]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static bool IsInstalled => File.Exists(Program);
    public string Worker { get; }
    public string Controller { get; }

    /// <summary>Returns when it answers.</summary>
    public static async Task<RealRspamd> StartAsync(CancellationToken cancellationToken)
    {
        var rspamd = new RealRspamd();
        using var client = new HttpClient();
        for (var i = 0; i < 600; i++)
            try
            {
                if ((await client.GetAsync($"{rspamd.Worker}/ping", cancellationToken)).StatusCode is HttpStatusCode.OK
                    && (await client.GetAsync($"{rspamd.Controller}/ping", cancellationToken)).StatusCode is HttpStatusCode.OK)
                    return rspamd;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, cancellationToken);
            }

        await rspamd.DisposeAsync();
        throw new TimeoutException("rspamd does not answer");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
