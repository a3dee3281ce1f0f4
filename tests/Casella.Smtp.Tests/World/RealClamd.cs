using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Smtp.Tests.World;

/// <summary>Debian's clamd in a folder of its own, with two signatures of the test and none of anybody's.</summary>
internal sealed class RealClamd : IAsyncDisposable
{
    /// <summary>The file that every scanner finds, so that scanners can be tried (eicar.org); in two, so that none finds it here.</summary>
    public const string Eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private const string Program = "/usr/sbin/clamd";

    private readonly string _folder = Path.Join(Path.GetTempPath(), $"clamd-{Guid.NewGuid():N}"[..16]);
    private readonly Process _process;

    private RealClamd()
    {
        Directory.CreateDirectory(Path.Join(_folder, "db"));
        File.WriteAllLines(Path.Join(_folder, "db", "casella.ndb"), [$"Casella.Eicar:0:*:{Hex(Eicar)}", $"Casella.Test:0:*:{Hex(FakeClamd.Signature)}"]);
        var port = FakeRspamd.FreePort();
        Place = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var file = Path.Join(_folder, "clamd.conf");
        File.WriteAllText(file, $"Foreground yes\nTCPAddr 127.0.0.1\nTCPSocket {port.ToString(CultureInfo.InvariantCulture)}\nDatabaseDirectory {_folder}/db\nTemporaryDirectory {_folder}\nStreamMaxLength 30M\nMaxThreads 2\n");
        _process = Process.Start(new ProcessStartInfo(Program, ["-c", file]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static bool IsInstalled => File.Exists(Program);

    public string Place { get; }

    /// <summary>Returns when it answers.</summary>
    public static async Task<RealClamd> StartAsync(CancellationToken cancellationToken)
    {
        var clamd = new RealClamd();
        for (var i = 0; i < 600 && !clamd._process.HasExited; i++)
        {
            if (await clamd.AnswersAsync(cancellationToken))
                return clamd;
            await Task.Delay(100, cancellationToken);
        }

        await clamd.DisposeAsync();
        throw new TimeoutException("clamd does not answer");
    }

    /// <summary>At once, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPEndPoint.Parse(Place), cancellationToken);
            await client.GetStream().WriteAsync("zPING\0"u8.ToArray(), cancellationToken);
            return await client.GetStream().ReadAsync(new byte[16], cancellationToken) > 0;
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            return false;
        }
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text));
}
