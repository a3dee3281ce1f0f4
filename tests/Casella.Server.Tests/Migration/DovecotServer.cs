using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Casella.Net.Tls;

namespace Casella.Server.Tests.Migration;

/// <summary>
/// Debian's Dovecot with a mailbox in it: what people move from. Mail is put there as Maildir files, which it takes for
/// its own.
/// </summary>
internal sealed class DovecotServer : IAsyncDisposable
{
    public const string Password = "old-secret-1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private Process? _process;

    public int ImapsPort { get; } = FreePort();
    public int Pop3sPort { get; } = FreePort();
    public string AuthorityFile { get; private set; } = "";

    public static async Task<DovecotServer> StartAsync()
    {
        var server = new DovecotServer();
        var tls = new LocalAuthority(Path.Join(server._folder.Path, "tls"), TimeProvider.System);
        tls.RenewServerCertificate(["localhost"]);
        server.AuthorityFile = tls.AuthorityFile;
        var config = server._folder.Write("dovecot.conf", server.Configuration(tls));
        File.SetUnixFileMode(server._folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        server._process = Process.Start(new ProcessStartInfo("dovecot", ["-c", config, "-F"]) { UseShellExecute = false })!;
        foreach (var port in new[] { server.ImapsPort, server.Pop3sPort })
            for (var start = Stopwatch.StartNew(); !IsOpen(port); await Task.Delay(50))
                if (start.Elapsed > Patience)
                    throw new InvalidOperationException("Dovecot does not start: " + await File.ReadAllTextAsync(Path.Join(server._folder.Path, "log")));
        return server;
    }

    /// <summary>Puts a message into a folder.</summary>
    /// <param name="folder">"" for INBOX, ".Sent" for Sent.</param>
    /// <param name="flags">Maildir's letters: S seen, F flagged, R answered.</param>
    public void Add(string user, string folder, int number, string text, string flags = "")
    {
        var path = Path.Join(Maildir(user), folder);
        foreach (var part in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Join(path, part));
        var received = new DateTime(2020, 1, 1, 12, 0, 0, DateTimeKind.Utc).AddMinutes(number);
        var file = Path.Join(path, "cur", string.Create(CultureInfo.InvariantCulture, $"{1_577_880_000 + number}.M{number}.old:2,{flags}"));
        File.WriteAllText(file, text.Replace("\r\n", "\n", StringComparison.Ordinal), Encoding.UTF8);
        File.SetLastWriteTimeUtc(file, received);
    }

    public void Subscribe(string user, params string[] folders) => File.WriteAllLines(Path.Join(Maildir(user), "subscriptions"), folders);

    /// <summary>Everything that was put there belongs to Dovecot's user.</summary>
    public async Task HandOverAsync()
    {
        using var chown = Process.Start("chown", ["-R", "mail:mail", Path.Join(_folder.Path, "mail")]);
        await chown.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            using (var stop = Process.Start("kill", [process.Id.ToString(CultureInfo.InvariantCulture)]))
                await stop.WaitForExitAsync();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folder.Dispose();
    }

    private string Maildir(string user) => Path.Join(_folder.Path, "mail", user, "Maildir");

    private string Configuration(LocalAuthority tls) => $$"""
        base_dir = {{_folder.Path}}/run
        log_path = {{_folder.Path}}/log
        protocols = imap pop3
        listen = 127.0.0.1
        ssl = required
        ssl_cert = <{{tls.ServerFile}}
        ssl_key = <{{tls.ServerKeyFile}}
        first_valid_uid = 1
        mail_location = maildir:~/Maildir
        mail_max_userip_connections = 100
        passdb {
          driver = static
          args = password={{Password}}
        }
        userdb {
          driver = static
          args = uid=mail gid=mail home={{_folder.Path}}/mail/%n
        }
        namespace inbox {
          inbox = yes
          prefix = INBOX.
          separator = .
          mailbox Inviata {
            special_use = \Sent
          }
        }
        service imap-login {
          inet_listener imap {
            port = 0
          }
          inet_listener imaps {
            port = {{ImapsPort}}
            ssl = yes
          }
        }
        service pop3-login {
          inet_listener pop3 {
            port = 0
          }
          inet_listener pop3s {
            port = {{Pop3sPort}}
            ssl = yes
          }
        }
        """ + "\n";

    private static bool IsOpen(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
