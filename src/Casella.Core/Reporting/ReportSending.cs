using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Reports.Aggregates;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Reporting;

/// <summary>
/// Writes the reports of days that are over and puts them into the queue: to whom the domain names, signed as all our
/// mail. Called by the <see cref="ReportRunner"/>.
/// </summary>
internal sealed class ReportSending(
    IReportStore store, IDirectoryStore directory, IReportDestinations destinations, MailQueue queue, TimeProvider time, ILogger<ReportSending> logger)
{
    /// <summary>RFC 7489 §6.2: two at least.</summary>
    private const int MaxAddresses = 5;

    /// <summary>RFC 8460 §4.1: not everybody at midnight.</summary>
    private static readonly TimeSpan SpreadOver = TimeSpan.FromHours(4);

    /// <summary>A domain whose DNS is silent for so long is told nothing of that day.</summary>
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(2);

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        if (await SenderAsync(cancellationToken) is not { } sender)
            return;
        foreach (var due in await store.DueAsync(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), cancellationToken))
            if (time.GetUtcNow() >= End(due) + Delay(due))
                await SendAsync(due, sender, cancellationToken);
    }

    private async Task SendAsync(ReportDue due, EmailAddress sender, CancellationToken cancellationToken)
    {
        var wanted = await destinations.FindAsync(due.Kind, due.Domain, cancellationToken);
        if (wanted is null && time.GetUtcNow() - End(due) < GivenUpAfter)
            return;
        if (wanted is { Web.Count: > 0 } && !await PostAsync(due, Tls(due, sender, await store.ReadAsync(due, cancellationToken)), wanted, cancellationToken))
            return;
        if (wanted is { Mail.Count: > 0 })
        {
            var rows = await store.ReadAsync(due, cancellationToken);
            foreach (var (report, number) in (due.Kind is ReportKind.Dmarc ? Dmarc(due, sender, rows) : [Tls(due, sender, rows)]).Select((report, i) => (report, i)))
                await EnqueueAsync(due, report, wanted.Mail, number, cancellationToken);
        }

        // After the queue has it: a crash in between sends it twice, and its id tells that it is the same.
        await store.ForgetAsync(due, cancellationToken);
    }

    /// <summary>
    /// RFC 8460 §5.5: again for a day where nobody takes it, unless the domain hears of it by mail all the same. Whoever has
    /// it already and gets it once more knows it by its id.
    /// </summary>
    /// <returns>False when it is to be tried again.</returns>
    private async Task<bool> PostAsync(ReportDue due, WrittenReport report, ReportPlaces wanted, CancellationToken cancellationToken)
    {
        var (packed, isTaken) = (ReportMail.Pack(report.Content), true);
        foreach (var place in wanted.Web.Take(MaxAddresses))
        {
            var took = await destinations.PostAsync(place, packed, cancellationToken);
            isTaken &= took;
            if (took)
                Log.ReportPosted(logger, due.Domain, due.Day, place);
            else
                Log.ReportNotTaken(logger, due.Domain, due.Day, place);
        }

        return isTaken || wanted.Mail.Count > 0 || time.GetUtcNow() - End(due) > GivenUpAfter;
    }

    private async Task EnqueueAsync(ReportDue due, WrittenReport report, IReadOnlyList<ReportUri> wanted, int number, CancellationToken cancellationToken)
    {
        var size = ReportMail.OnTheWire(ReportMail.Pack(report.Content).Length);
        // RFC 7489 §7.2.1: not there where it is said to be too large.
        List<EmailAddress> recipients = [.. wanted.Where(uri => uri.MaxSize is not { } most || size <= most).Select(uri => uri.Address).Distinct().Take(MaxAddresses)];
        if (recipients.Count == 0)
        {
            Log.ReportTooLarge(logger, due.Kind, due.Domain, due.Day, size);
            return;
        }

        var mail = new ReportMail(due.Domain, report.Sender, recipients, report.Source, time.GetUtcNow());
        await using var message = MessageStaging.FromBytes(due.Kind is ReportKind.Dmarc ? mail.ComposeDmarc(report.Content) : mail.ComposeTls(report.Content));
        var request = new QueueRequest(
            null, null, [.. recipients.Select(recipient => new SubmissionRecipient(recipient, DsnNotify.Never, null))], message, null, null)
        {
            // RFC 8460 §5.3: a report that TLS fails must not fail with it.
            Security = TransportSecurity.Waived,
        };
        var id = await queue.EnqueueAsync(request, cancellationToken);
        Log.ReportSent(logger, due.Kind, due.Domain, due.Day, id, number + 1);
    }

    /// <summary>RFC 7489 §7.2: one for each policy that was found during the day.</summary>
    private static IEnumerable<WrittenReport> Dmarc(ReportDue due, EmailAddress sender, IReadOnlyList<SightingRow> rows) => rows
        .Select(row => (Seen: JsonSerializer.Deserialize<DmarcSighting>(row.Facts)!, row.Count))
        .GroupBy(one => one.Seen.Policy)
        .Select((policy, number) =>
        {
            var source = Source(due, sender, number);
            var report = new DmarcReport(source, policy.Key, [.. policy.Select(one => new DmarcReportRow(one.Seen.Facts, one.Count))]);
            return new WrittenReport(sender, source, DmarcReportXml.Compose(report));
        });

    private static WrittenReport Tls(ReportDue due, EmailAddress sender, IReadOnlyList<SightingRow> rows)
    {
        var source = Source(due, sender, 0);
        var policies = rows
            .Select(row => (Seen: JsonSerializer.Deserialize<TlsSighting>(row.Facts)!, row.Count))
            // Lists compare by what they are, not by what is in them.
            .GroupBy(one => JsonSerializer.Serialize(one.Seen.Policy), StringComparer.Ordinal)
            .Select(policy => new TlsPolicyResult(
                policy.First().Seen.Policy,
                policy.Where(one => one.Seen.Failure is null).Sum(one => one.Count),
                policy.Where(one => one.Seen.Failure is not null).Sum(one => one.Count),
                [.. policy.Where(one => one.Seen.Failure is not null).Select(one => new TlsFailureCount(one.Seen.Failure!, one.Count))]));
        return new WrittenReport(sender, source, TlsReportJson.Compose(new TlsReport(source, [.. policies])));
    }

    private static ReportSource Source(ReportDue due, EmailAddress sender, int number) => new(
        sender.Domain, sender.ToWire(),
        // The same for the same report, whoever asks twice.
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{due.Kind} {due.Day:yyyy-MM-dd} {due.Domain} {number}")))[..24]}@{sender.Domain}",
        End(due).AddDays(-1), End(due));

    /// <summary>Whose word it is: the postmaster of our first domain; null while we have none.</summary>
    private async Task<EmailAddress?> SenderAsync(CancellationToken cancellationToken)
    {
        var first = (await directory.DomainsAsync(cancellationToken)).OrderBy(domain => domain.CreatedAt).ThenBy(domain => domain.Name, StringComparer.Ordinal).FirstOrDefault();
        return first is not null && EmailAddress.TryParse($"postmaster@{first.Name}", out var sender) ? sender : null;
    }

    private static DateTimeOffset End(ReportDue due) => new(due.Day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>Always the same for a domain, so that its days are of one length.</summary>
    private static TimeSpan Delay(ReportDue due) =>
        SpreadOver * (BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(due.Domain))) / (double)uint.MaxValue);

    private sealed record WrittenReport(EmailAddress Sender, ReportSource Source, byte[] Content);
}
