using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Casella.Net.Tls;

namespace Casella.Server.Tests.Certificates;

/// <summary>
/// Debian's pebble, the test authority of who wrote ACME, and BIND with a zone whose names all lead to this machine and
/// that may be changed with a key. pebble refuses some nonces on purpose, forgets authorizations, and really connects.
/// </summary>
public sealed class PebbleAuthority : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly List<Process> _programs = [];

    public int HttpPort { get; } = FreePort();
    public int HttpsPort { get; } = FreePort();
    public int DnsPort { get; } = FreePort();
    public string Directory { get; private set; } = "";
    public string AuthorityFile { get; private set; } = "";
    public string DnsKey { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await StartNameServerAsync();
        var own = new LocalAuthority(Path.Join(_folder.Path, "pebble"), TimeProvider.System);
        own.RenewServerCertificate(["127.0.0.1", "localhost"]);
        AuthorityFile = own.AuthorityFile;
        var (port, management) = (FreePort(), FreePort());
        var config = _folder.Write("pebble.json", JsonSerializer.Serialize(new
        {
            pebble = new
            {
                listenAddress = $"127.0.0.1:{port}",
                managementListenAddress = $"127.0.0.1:{management}",
                certificate = own.ServerFile,
                privateKey = own.ServerKeyFile,
                httpPort = HttpPort,
                tlsPort = HttpsPort,
                ocspResponderURL = "",
                externalAccountBindingRequired = false,
            },
        }));
        Start("pebble", ["-config", config, "-dnsserver", $"127.0.0.1:{DnsPort}", "-strict"]);
        Directory = $"https://127.0.0.1:{port}/dir";
        await ConnectAsync(port);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            program.Kill();
            program.WaitForExit();
            program.Dispose();
        }

        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task StartNameServerAsync()
    {
        const string Secret = "c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgb2N0ZXRzISE=";
        var key = $"key \"casella\" {{\n\talgorithm hmac-sha256;\n\tsecret \"{Secret}\";\n}};\n";
        DnsKey = _folder.Write("casella.key", key);
        _folder.Write("zone", """
            $TTL 60
            @ IN SOA ns hostmaster 1 60 60 60 60
            @ IN NS ns
            ns IN A 127.0.0.1
            * IN A 127.0.0.1
            elsewhere IN A 192.0.2.1
            """ + "\n");
        var config = _folder.Write("named.conf", $$"""
            options { directory "{{_folder.Path}}"; listen-on port {{DnsPort}} { 127.0.0.1; }; listen-on-v6 { none; };
              pid-file "{{_folder.Path}}/named.pid"; session-keyfile "{{_folder.Path}}/session.key"; recursion no; dnssec-validation no; };
            controls { };
            {{key}}
            zone "example.test" { type primary; file "zone"; allow-update { key "casella"; }; };
            """);
        Start("/usr/sbin/named", ["-g", "-c", config, "-n", "1"]);
        await ConnectAsync(DnsPort);
    }

    private void Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PEBBLE_VA_NOSLEEP"] = "1";
        start.Environment["PEBBLE_WFE_NONCEREJECT"] = "25";
        start.Environment["PEBBLE_AUTHZREUSE"] = "0";
        var process = Process.Start(start)!;
        // What nobody reads fills the pipe and stops the program.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _programs.Add(process);
    }

    private static async Task ConnectAsync(int port)
    {
        for (var start = Stopwatch.StartNew(); ; await Task.Delay(50))
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (start.Elapsed < Patience)
            {
                continue;   // not yet
            }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
