using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Tests;

/// <summary>
/// A server within the test's process, on ports the system chooses, so that commands find it by its control socket.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly DataFolder _folder;

    private RunningServer(DataFolder folder, MailServer server) => (_folder, Server) = (folder, server);

    public MailServer Server { get; }

    public static async Task<RunningServer> StartAsync(string data, TlsOptions? tls = null, LimitsOptions? limits = null, Func<CasellaOptions, CasellaOptions>? change = null)
    {
        var options = new CasellaOptions
        {
            HostName = "mail.example.org",
            Data = data,
            Tls = tls ?? new TlsOptions(),
            Office = new OfficeOptions { Contact = "office@example.org" },
            Limits = limits ?? new LimitsOptions(),
            Logging = new LoggingOptions { Level = Microsoft.Extensions.Logging.LogLevel.None },
            Listeners = new ListenersOptions
            {
                Smtp = Free,
                Submission = Free,
                Submissions = Free,
                Imap = Free,
                Imaps = Free,
                Pop3 = Free,
                Pop3s = Free,
                ManageSieve = Free,
                Http = Free,
                Https = Free,
            },
        };
        var folder = DataFolder.TryOpen(data)!;
        return new RunningServer(folder, await MailServer.StartAsync(change?.Invoke(options) ?? options, folder, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    public static ListenerAddress Free { get; } = new(System.Net.IPAddress.Loopback, 0, IsOff: false);
}
