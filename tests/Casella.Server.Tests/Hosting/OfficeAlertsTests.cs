using System.Text;
using AwesomeAssertions;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Server.Alerts;
using Casella.Server.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.Hosting;

/// <summary>The office hears of what will stop the service, once a day.</summary>
public sealed class OfficeAlertsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_disk_that_fills_is_told_once_also_after_a_restart()
    {
        Directory.CreateDirectory(_folder.Path);
        var free = new DriveInfo(_folder.Path).AvailableFreeSpace;
        await using (var server = await StartAsync(free))
        {
            await CommandResult.OfAsync("--data", _folder.Data, "domain", "add", "example.org");
            await CommandResult.OfAsync("--data", _folder.Data, "account", "add", "segreteria@example.org");

            (await Alerts(server).LookAsync(Stop)).Select(alert => alert.Kind).Should().Equal(AlertKind.Disk);
            (await Alerts(server).LookAsync(Stop)).Should().BeEmpty();
            var letter = await ReadAsync(server);
            letter.Should().Contain("From: Servizio di posta <postmaster@mail.example.org>").And.Contain("Auto-Submitted: auto-generated").And.Contain("sul disco restano");
        }

        await using (var again = await StartAsync(free))
            (await Alerts(again).LookAsync(Stop)).Should().BeEmpty();
    }

    private Task<RunningServer> StartAsync(long free) => RunningServer.StartAsync(
        _folder.Data, limits: new LimitsOptions { MinimumFreeDisk = free / 3 }, change: options => options with
        {
            Office = new OfficeOptions { Alerts = "segreteria@example.org" },
            // Nobody answers there, and of silence the office is not told.
            Dns = options.Dns with { Server = "127.0.0.1:9", Time = TimeSpan.FromMilliseconds(200), Retries = 0 },
        });

    private static OfficeAlerts Alerts(RunningServer server) => server.Server.Services.GetRequiredService<OfficeAlerts>();

    private static async Task<string> ReadAsync(RunningServer server)
    {
        var entry = await server.Server.Services.GetRequiredService<MailDirectory>().AccountAsync("segreteria@example.org", Stop);
        var mail = await server.Server.Services.GetRequiredService<MailAccounts>().OpenAsync(entry.Id, Actor.Server, Stop);
        var snapshot = await mail.GetSnapshotAsync((await mail.GetTreeAsync(Stop)).Find(MailboxName.Inbox)!.Id, Stop);
        snapshot.Count.Should().Be(1);
        await using var content = await mail.OpenAsync(snapshot[0].Email, Stop);
        return Encoding.UTF8.GetString((await content.ReadAsync(0, content.Size, Stop)).Span);
    }
}
