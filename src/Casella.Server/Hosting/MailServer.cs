using System.Net;
using Casella.Core.Archives;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Filtering.Events;
using Casella.Core.Lists;
using Casella.Core.Migration;
using Casella.Core.Office;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Signing;
using Casella.Imap;
using Casella.ManageSieve;
using Casella.Net;
using Casella.Net.Acme;
using Casella.Net.Connections;
using Casella.Net.Tls;
using Casella.Pop3;
using Casella.Server.Administration;
using Casella.Server.Alerts;
using Casella.Server.Certificates;
using Casella.Server.Metrics;
using Casella.Server.Migration;
using Casella.Server.Options;
using Casella.Smtp;
using Casella.Smtp.Outbound;
using Casella.Web;
using Casella.Web.Setup;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Casella.Server.Hosting;

/// <summary>
/// The running mail service: wires every room, recovers what the last run left half done, opens the control socket,
/// then the ports; and ends in the opposite order. Made by serve.
/// </summary>
internal sealed class MailServer : IAsyncDisposable
{
    /// <summary>Where programs look for ManageSieve by themselves (RFC 5804 §1.1).</summary>
    private const int SievePort = 4190;

    private readonly WebApplication _app;
    private readonly CasellaOptions _options;
    private readonly DataFolder _folder;
    private readonly PortPlan _plan;
    private readonly OpenPorts _ports;
    private readonly DateTimeOffset _startedAt;
    private ControlServer? _control;

    private MailServer(CasellaOptions options, DataFolder folder, PortPlan plan)
    {
        (_options, _folder, _plan) = (options, folder, plan);
        _ports = new OpenPorts(plan.Ports, options.HostName);
        _app = Build(options, folder, plan, _ports);
        _startedAt = _app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>True when the ports had to move up by 10000.</summary>
    public bool PortsHaveMoved => _plan.HasMoved;

    /// <summary>The local authority's certificate for clients to trust, or null.</summary>
    public string? AuthorityFile => Services.GetRequiredService<CertificateKeeper>().AuthorityFile;

    /// <summary>Returns when every port is open.</summary>
    /// <exception cref="CommandException">A port is taken.</exception>
    public static async Task<MailServer> StartAsync(CasellaOptions options, DataFolder folder, CancellationToken cancellationToken)
    {
        var plan = PortPlan.Make(options.Listeners);
        var server = new MailServer(options, folder, plan);
        try
        {
            await server.OpenAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public ServerStatus Status() => new(
        Running: true, ProductVersion.Text, Environment.ProcessId, _options.HostName, _folder.Root, _startedAt,
        Services.GetRequiredService<MailListeners>().OpenConnections, Listeners());

    public async ValueTask DisposeAsync()
    {
        if (_control is not null)
            await _control.DisposeAsync();
        await _app.DisposeAsync();
    }

    private static WebApplication Build(CasellaOptions options, DataFolder folder, PortPlan plan, OpenPorts ports)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = folder.Root });
        LogSetup.Configure(builder.Logging, options.Logging);
        builder.Services.AddSingleton<LogMemory>().AddSingleton<ILoggerProvider>(services => services.GetRequiredService<LogMemory>());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services
            .AddSystemd()
            .Configure<HostOptions>(host => host.ShutdownTimeout = options.Limits.Net.ShutdownTime)
            .AddStore(options, folder)
            .AddCasellaNet(options.Limits.Net, options.Dns)
            .AddCasellaImap(options.Limits.Imap)
            .AddCasellaPop3(options.Limits.Pop3)
            .AddCasellaManageSieve(options.Limits.ManageSieve)
            .AddSingleton(services => new ListLinks(token => services.GetRequiredService<WebSite>().AddressOf($"{LeavePath.Prefix}{token}")))
            .AddCasellaDelivery(options.Limits.Submission, options.Spam)
            .AddCasellaSmtp(options.Limits.Smtp, options.Inbound, options.HostName)
            .AddCasellaScanners(options.Spam, options.Virus)
            .AddCasellaOutbound(options.Outbound)
            .AddCasellaQueueRunner(options.HostName)
            .AddCasellaReportRunner()
            .AddCasellaWeb(options.Limits.Web, Site(options, folder, ports))
            .AddSingleton<IOldServers>(services => new MemberServers(options.Migration, services.GetRequiredService<TimeProvider>()))
            .AddCasellaMovings()
            .AddSingleton(plan)
            .AddSingleton(ports)
            .AddSingleton<IServerFacts, ServerFacts>()
            .AddSingleton<MailDoors>()
            .AddCertificates(options.Tls.Acme)
            .AddMetrics(options)
            .AddSingleton<AlertSources>()
            .AddSingleton<AlertChecks>()
            .AddSingleton<OfficeAlerts>()
            .AddHostedService(services => services.GetRequiredService<OfficeAlerts>())
            .AddHostedService<RestingMemory>()
            .AddSingleton(services => new ProfileSigner(() => services.GetRequiredService<ServerCertificate>().WithChain, services.GetRequiredService<TimeProvider>()))
            .AddOptions<KestrelServerOptions>()
            .Configure<IServiceProvider>((kestrel, services) => Listen(kestrel, plan, services));
        // RFC 6785 §2.1: events need a place where scripts are kept.
        if (!options.Listeners.ManageSieve.IsOff)
            builder.Services.AddCasellaEvents(new SieveServer(SieveUrl(options)));
        var app = builder.Build();
        HealthPages.Map(app);
        MetricsRegistration.Map(app, options);
        WellKnownPages.Map(app);
        app.MapCasellaWeb();
        return app;
    }

    /// <summary>A sieveurl-server (RFC 5804 §3).</summary>
    private static string SieveUrl(CasellaOptions options) => options.Listeners.ManageSieve.Port is SievePort
        ? $"sieve://{options.HostName}"
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"sieve://{options.HostName}:{options.Listeners.ManageSieve.Port}");

    /// <summary>Where the webmail is, and what programs are told.</summary>
    internal static WebSite Site(CasellaOptions options, DataFolder folder, OpenPorts ports) =>
        new(options.HostName, () => ports.Https, folder.WebKeys, options.Tls.Certificate.Length > 0 || options.Tls.Acme.IsOn)
        {
            Clients = ports.Clients,
            OfficeContact = options.Office.Contact,
        };

    /// <summary>
    /// In the order of the plan: Kestrel tells its addresses in the order they were configured. What is behind a port is
    /// made later, beside the pages.
    /// </summary>
    private static void Listen(KestrelServerOptions kestrel, PortPlan plan, IServiceProvider services)
    {
        kestrel.AddServerHeader = false;
        foreach (var port in plan.Ports)
            if (port.Service is Service.Http or Service.Metrics)
                kestrel.Listen(port.EndPoint);
            else if (port.Service is Service.Https)
                kestrel.Listen(port.EndPoint, endpoint =>
                {
                    endpoint.Use(next => connection => services.GetRequiredService<TlsAlpnProof>().AcceptAsync(connection, next));
                    endpoint.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        OnConnection = context => ValueTask.FromResult(services.GetRequiredService<ServerCertificate>().HttpOptions(context.ClientHelloInfo.ServerName)),
                    });
                });
            else
                kestrel.Listen(port.EndPoint, endpoint => endpoint.Run(
                    connection => services.GetRequiredService<MailDoors>().AcceptAsync(connection, port)));
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        // They need nothing of each other: with two cores the server is ready sooner by a third.
        await Task.WhenAll(
            Task.Run(_app.PrepareCasellaWeb, cancellationToken), Task.Run(() => PrepareMailAsync(cancellationToken), cancellationToken));
        var context = new AdminContext(Services, Status, _ => { });
        _control = new ControlServer(_folder, new Dispatcher(context), ProductVersion.Text, Services.GetRequiredService<ILogger<ControlServer>>());
        await _app.StartAsync(cancellationToken);
        _ports.Learn(Listeners().Select(listener => listener.Port));
        // After the ports: status then tells where they are, also those the system chose.
        _control.Start();
        var log = Services.GetRequiredService<ILogger<MailServer>>();
        Log.Started(log, ProductVersion.Text, _options.HostName, _folder.Root);
        _app.Lifetime.ApplicationStopping.Register(() => Log.Stopping(log));
        _app.Lifetime.ApplicationStopped.Register(() => Log.Stopped(log));
    }

    private async Task PrepareMailAsync(CancellationToken cancellationToken)
    {
        _ = Services.GetRequiredService<MailDoors>();
        var directory = Services.GetRequiredService<MailDirectory>();
        await directory.RecoverAsync(cancellationToken);
        // Domains of before there were keys.
        foreach (var domain in await directory.DomainsAsync(cancellationToken))
            await Services.GetRequiredService<DomainKeys>().EnsureAsync(domain.Name, cancellationToken);
    }

    // Kestrel reports its addresses in the order they were configured, with the ports the system chose for 0.
    private IReadOnlyList<ListenerView> Listeners()
    {
        var addresses = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return [.. _plan.Ports.Zip(addresses, (port, address) => new ListenerView(
            ServiceNames.Of(port.Service), AddressText(port.EndPoint.Address), new Uri(address).Port, ServiceNames.Encryption(port.Service)))];
    }

    private static string AddressText(IPAddress address) =>
        address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Any) ? "*" : address.ToString();
}
