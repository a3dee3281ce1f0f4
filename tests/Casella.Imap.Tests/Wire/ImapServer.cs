using System.Net;
using Casella.Imap.Session;
using Casella.Net;
using Casella.Net.Connections;
using Casella.Net.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Casella.Imap.Tests.Wire;

/// <summary>
/// IMAP on loopback over the real network room: one port with STARTTLS, one with TLS from the first byte.
/// </summary>
internal sealed class ImapServer : IAsyncDisposable
{
    private static readonly Lazy<ServerCertificate> Certificate = new(static () =>
        new LocalAuthority(Directory.CreateTempSubdirectory("casella-imap-").FullName, TimeProvider.System)
            .GetServerCertificate(["localhost", "127.0.0.1"]));

    private readonly WebApplication _host;
    private readonly MailListeners _listeners;

    private ImapServer(WebApplication host, MailListeners listeners)
    {
        (_host, _listeners) = (host, listeners);
        var ports = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => new Uri(address).Port).ToArray();
        (Port, TlsPort) = (ports[0], ports[1]);
    }

    /// <summary>STARTTLS.</summary>
    public int Port { get; }

    /// <summary>TLS from the first byte.</summary>
    public int TlsPort { get; }

    public static async Task<ImapServer> StartAsync(ImapServices services, CancellationToken cancellationToken)
    {
        var listeners = new MailListeners(
            Certificate.Value, new NetOptions(), services.Time, NullLogger<MailListeners>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var protocol = new Protocol(services);
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        builder.WebHost.ConfigureKestrel(kestrel => listeners.Configure(kestrel,
        [
            new ListenerSpec("imap", any, TlsMode.StartTls, protocol),
            new ListenerSpec("imaps", any, TlsMode.Implicit, protocol),
        ]));
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new ImapServer(host, listeners);
    }

    /// <summary>An orderly stop, as by SIGTERM: sessions say goodbye.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _listeners.Dispose();
    }

    private sealed class Protocol(ImapServices services) : IMailProtocol
    {
        public string Name => "imap";

        public ReadOnlyMemory<byte> Refusal(RefusalReason reason) => "* BYE\r\n"u8.ToArray();

        public Task RunAsync(MailConnection connection, CancellationToken cancellationToken) =>
            new CommandLoop(new ImapSession(connection, services)).RunAsync(cancellationToken);
    }
}
