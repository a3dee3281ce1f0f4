using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Casella.Core.Backups;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Queue;
using Casella.Net.Tls;
using Casella.Server.CommandLine;
using Casella.Server.Options;

namespace Casella.Server.Alerts;

/// <summary>What the office should know today. The limits are those of casella doctor, where it has one.</summary>
internal sealed class AlertChecks(
    AlertSources sources, CasellaOptions options, ServerCertificate certificate, IFreeDisk disk, TimeProvider time)
{
    private const int CertificateDays = 14;
    private const int ManyFloors = 4;
    private const int NearlyFullPercent = 95;
    private const int NamedAtMost = 10;
    private static readonly TimeSpan OldInQueue = TimeSpan.FromHours(4);
    private static readonly TimeSpan OldBackup = TimeSpan.FromDays(3);
    private static readonly TimeSpan EveryDay = TimeSpan.FromDays(1);

    private DateTimeOffset _dailyAt = DateTimeOffset.MinValue;

    /// <summary>Mailboxes and DNS once a day: each mailbox has to be opened for it, each name asked for.</summary>
    public async Task<IReadOnlyList<Alert>> LookAsync(CancellationToken cancellationToken)
    {
        var alerts = new List<Alert?> { Certificate(), Disk(), await QueueAsync(cancellationToken), Backup(), Of(await sources.Failing.ListAsync(cancellationToken)) };
        if (time.GetUtcNow() - _dailyAt >= EveryDay)
        {
            _dailyAt = time.GetUtcNow();
            alerts.Add(await MailboxesAsync(cancellationToken));
            alerts.Add(await DnsAsync(cancellationToken));
        }

        return [.. alerts.OfType<Alert>()];
    }

    /// <summary>The one that ends first of all that are shown.</summary>
    private Alert? Certificate()
    {
        var first = certificate.All.MinBy(one => one.NotAfter)!;
        var until = new DateTimeOffset(first.NotAfter.ToUniversalTime());
        var name = ReferenceEquals(first, certificate.Certificate) ? options.HostName : first.GetNameInfo(X509NameType.DnsName, forIssuer: false);
        return until - time.GetUtcNow() < TimeSpan.FromDays(CertificateDays) ? new Alert(AlertKind.Certificate, name, until.UtcDateTime) : null;
    }

    private Alert? Disk()
    {
        var (free, floor) = (disk.Bytes, options.Limits.MinimumFreeDisk);
        return free < floor * ManyFloors ? new Alert(AlertKind.Disk, Values.Size(free), Values.Size(floor)) : null;
    }

    private async Task<Alert?> QueueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var old = (await sources.Queue.ListAsync(cancellationToken)).Where(message => now - message.QueuedAt > OldInQueue).ToList();
        return old.Count == 0 ? null : new Alert(AlertKind.Queue, old.Count, (int)(now - old.Min(message => message.QueuedAt)).TotalHours);
    }

    /// <summary>Who has never made one is told by doctor, and need not hear it every day.</summary>
    private Alert? Backup() => sources.Backups.Last() is { } last && time.GetUtcNow() - last.FinishedAt > OldBackup
        ? new Alert(AlertKind.Backup, last.FinishedAt.UtcDateTime, last.Folder)
        : null;

    /// <summary>Their owners may not know that anybody can help.</summary>
    internal static Alert? Of(IReadOnlyList<FailingDevice> failing)
    {
        var named = failing.Take(NamedAtMost).Select(one => string.Create(
            CultureInfo.InvariantCulture, $"{one.Address} ({(one.Name is { } name ? $"{name}, " : "")}{one.Last.Protocol.ToString().ToUpperInvariant()}, {one.Last.Remote}, {one.Times}×)"));
        return failing.Count == 0 ? null : new Alert(AlertKind.Devices, failing.Count, string.Join("; ", named));
    }

    /// <summary>Their members were told at 80, 90 and 95 per cent.</summary>
    private async Task<Alert?> MailboxesAsync(CancellationToken cancellationToken)
    {
        var full = new List<string>();
        foreach (var account in await sources.Directory.AccountsAsync(cancellationToken))
        {
            var quota = await (await sources.Accounts.OpenAsync(account.Id, Actor.Server, cancellationToken)).GetQuotaAsync(cancellationToken);
            if (quota.Limit is > 0 and var limit && quota.Used * 100 / limit is >= NearlyFullPercent and var percent)
                full.Add(string.Create(CultureInfo.InvariantCulture, $"{account.Address} ({percent} %)"));
        }

        return full.Count == 0 ? null : new Alert(AlertKind.Mailboxes, full.Count, string.Join(", ", full.Take(NamedAtMost)));
    }

    /// <summary>
    /// Only what mail needs to come and to be believed: its servers, SPF and the keys. A name server that is silent for a
    /// moment is nobody's mistake.
    /// </summary>
    private async Task<Alert?> DnsAsync(CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        foreach (var domain in await sources.Directory.DomainsAsync(cancellationToken))
            wrong.AddRange(
                from record in (await sources.Server.RecordsAsync(domain.Name, check: true, cancellationToken)).Records
                where record.State is DomainRecordState.Missing or DomainRecordState.Different && IsNeeded(record, domain.Name)
                select $"{record.Kind} {record.Name}");
        return wrong.Count == 0 ? null : new Alert(AlertKind.Dns, wrong.Count, string.Join(", ", wrong.Take(NamedAtMost)));
    }

    private static bool IsNeeded(DomainRecord record, string domain) =>
        record.Kind is "MX" || (record.Kind is "TXT" && (string.Equals(record.Name, domain, StringComparison.Ordinal) || record.Name.Contains("._domainkey.", StringComparison.Ordinal)));
}

/// <summary>Where it is looked.</summary>
internal sealed record AlertSources(MailQueue Queue, MailBackups Backups, MailDirectory Directory, MailAccounts Accounts, FailingDevices Failing, IServerFacts Server);
