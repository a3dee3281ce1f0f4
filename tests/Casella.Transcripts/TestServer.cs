using System.Net;
using System.Text;
using Casella.Core.Changes;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Submission;
using Casella.Net;
using Casella.Net.Connections;
using Casella.Net.Dns;
using Casella.Net.Tls;
using Casella.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Transcripts;

/// <summary>
/// One protocol room on loopback, over the real store in a new folder and the real network room, with one mailbox
/// account. For transcripts: each has a server of its own, so that the numbers in it are always the same.
/// </summary>
public sealed class TestServer : IAsyncDisposable
{
    public const string Domain = "example.org";
    public const string Address = "info@example.org";
    public const string Password = "correct horse";

    private static readonly Lazy<ServerCertificate> Certificate = new(static () =>
        new LocalAuthority(Directory.CreateTempSubdirectory("casella-ca-").FullName, TimeProvider.System).GetServerCertificate(["localhost", "127.0.0.1"]));

    private readonly WebApplication _host;
    private readonly string _folder;

    private TestServer(WebApplication host, string folder) => (_host, _folder) = (host, folder);

    public IServiceProvider Services => _host.Services;

    /// <summary>In the order of the listeners.</summary>
    public IReadOnlyList<int> Ports => [.. Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address).Port)];

    /// <param name="addRoom">Registers the protocol.</param>
    /// <param name="listeners">Service, kind of TLS and protocol of each port; where they listen is chosen
    /// here.</param>
    public static async Task<TestServer> StartAsync(
        Action<IServiceCollection> addRoom, Func<IServiceProvider, IEnumerable<(TlsMode Tls, IMailProtocol Protocol)>> listeners)
    {
        var folder = Directory.CreateTempSubdirectory("casella-house-").FullName;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddCasellaStorage(new StorageOptions(), folder)
            .AddCasellaQueue(new QueueOptions())
            .AddCasellaMessages(new MessageOptions(), new StagingOptions(Path.Join(folder, "staging")))
            .AddCasellaDirectory(new SignInOptions())
            .AddSingleton(PasswordCosts.Least)
            .AddCasellaReporting(new ReportOptions())
            .AddCasellaLists()
            .AddCasellaDelivery(new SubmissionOptions())
            .AddCasellaNet(new NetOptions(), new DnsOptions())
            .AddSingleton(_ => Certificate.Value);
        addRoom(builder.Services);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IServiceProvider>((kestrel, services) =>
            services.GetRequiredService<MailListeners>().Configure(
                kestrel, listeners(services).Select(l => new ListenerSpec(l.Protocol.Name, new IPEndPoint(IPAddress.Loopback, 0), l.Tls, l.Protocol))));
        var server = new TestServer(builder.Build(), folder);
        await server.PrepareAsync();
        return server;
    }

    /// <summary>Adds another mailbox account with the same password.</summary>
    public Task AddAccountAsync(string address, long? quota) => Services.GetRequiredService<MailDirectory>()
        .AddAccountAsync(new AccountToAdd(address, Password, quota, DisplayName: null), CancellationToken.None);

    /// <summary>The account's mailboxes, as the server itself sees them.</summary>
    public async Task<MailAccount> OpenAsync(string address)
    {
        var account = await Services.GetRequiredService<MailDirectory>().AccountAsync(address, CancellationToken.None);
        return await Services.GetRequiredService<MailAccounts>().OpenAsync(account.Id, Actor.Server, CancellationToken.None);
    }

    /// <summary>Puts a message into a mailbox. Lines end with LF here and with CRLF there.</summary>
    public async Task AppendAsync(string address, string mailbox, string message)
    {
        var account = await OpenAsync(address);
        var target = (await account.GetTreeAsync(CancellationToken.None)).Find(MailboxName.Parse(mailbox))!;
        await using var staged = MessageStaging.FromBytes(Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n")));
        await account.AppendAsync(target.Id, [new NewMessage(staged, new FlagNames(MessageFlags.None, []), TimeProvider.System.GetUtcNow())], CancellationToken.None);
    }

    /// <summary>An orderly stop, as by SIGTERM: sessions say goodbye.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task PrepareAsync()
    {
        await Services.GetRequiredService<MailDirectory>().RecoverAsync(CancellationToken.None);
        await Services.GetRequiredService<MailDirectory>().AddDomainAsync(Domain, CancellationToken.None);
        await AddAccountAsync(Address, quota: 1L << 30);
        await _host.StartAsync();
    }
}
