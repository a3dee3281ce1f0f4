using System.Globalization;
using Casella.Core.Backups;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Net.Tls;
using Casella.Server.CommandLine;
using Casella.Server.Options;

namespace Casella.Server.Alerts;

/// <summary>What the office should know today. The limits are those of casella doctor, where it has one.</summary>
internal sealed class AlertChecks(
    CasellaOptions options, ServerCertificate certificate, IFreeDisk disk, MailQueue queue, MailBackups backups, MailDirectory directory, MailAccounts accounts, TimeProvider time)
{
    private const int CertificateDays = 14;
    private const int ManyFloors = 4;
    private const int NearlyFullPercent = 95;
    private const int NamedAtMost = 10;
    private static readonly TimeSpan OldInQueue = TimeSpan.FromHours(4);
    private static readonly TimeSpan OldBackup = TimeSpan.FromDays(3);
    private static readonly TimeSpan EveryDay = TimeSpan.FromDays(1);

    private DateTimeOffset _mailboxesAt = DateTimeOffset.MinValue;

    public async Task<IReadOnlyList<Alert>> LookAsync(CancellationToken cancellationToken) =>
        [.. new[] { Certificate(), Disk(), await QueueAsync(cancellationToken), Backup(), await MailboxesAsync(cancellationToken) }.OfType<Alert>()];

    private Alert? Certificate()
    {
        var until = new DateTimeOffset(certificate.Certificate.NotAfter.ToUniversalTime());
        return until - time.GetUtcNow() < TimeSpan.FromDays(CertificateDays) ? new Alert(AlertKind.Certificate, options.HostName, until.UtcDateTime) : null;
    }

    private Alert? Disk()
    {
        var (free, floor) = (disk.Bytes, options.Limits.MinimumFreeDisk);
        return free < floor * ManyFloors ? new Alert(AlertKind.Disk, Values.Size(free), Values.Size(floor)) : null;
    }

    private async Task<Alert?> QueueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var old = (await queue.ListAsync(cancellationToken)).Where(message => now - message.QueuedAt > OldInQueue).ToList();
        return old.Count == 0 ? null : new Alert(AlertKind.Queue, old.Count, (int)(now - old.Min(message => message.QueuedAt)).TotalHours);
    }

    /// <summary>Who has never made one is told by doctor, and need not hear it every day.</summary>
    private Alert? Backup() => backups.Last() is { } last && time.GetUtcNow() - last.FinishedAt > OldBackup
        ? new Alert(AlertKind.Backup, last.FinishedAt.UtcDateTime, last.Folder)
        : null;

    /// <summary>Once a day: every mailbox has to be opened for it. Its members were told at 80, 90 and 95 per cent.</summary>
    private async Task<Alert?> MailboxesAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _mailboxesAt < EveryDay)
            return null;
        _mailboxesAt = time.GetUtcNow();
        var full = new List<string>();
        foreach (var account in await directory.AccountsAsync(cancellationToken))
        {
            var quota = await (await accounts.OpenAsync(account.Id, Actor.Server, cancellationToken)).GetQuotaAsync(cancellationToken);
            if (quota.Limit is > 0 and var limit && quota.Used * 100 / limit is >= NearlyFullPercent and var percent)
                full.Add(string.Create(CultureInfo.InvariantCulture, $"{account.Address} ({percent} %)"));
        }

        return full.Count == 0 ? null : new Alert(AlertKind.Mailboxes, full.Count, string.Join(", ", full.Take(NamedAtMost)));
    }
}
