using Casella.Core.Reporting;
using Casella.Formats.Reports.Aggregates;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;
using Casella.Smtp.Inbound;

namespace Casella.Smtp.Outbound;

/// <summary>
/// Asks DNS who wants a domain's reports, and whether whoever is named wants it too (RFC 7489 §7.1); brings them where they
/// are wanted by HTTPS.
/// </summary>
public sealed class ReportDestinations(IDnsResolver dns, InboundRules rules, ReportPosting posting) : IReportDestinations
{
    /// <summary>Addresses of a record that are looked at.</summary>
    private const int MaxAddresses = 10;

    public Task<bool> PostAsync(Uri place, ReadOnlyMemory<byte> report, CancellationToken cancellationToken) =>
        posting.PostAsync(place, report, cancellationToken);

    public async Task<ReportPlaces?> FindAsync(ReportKind kind, string domain, CancellationToken cancellationToken)
    {
        try
        {
            return kind is ReportKind.Tls ? await TlsAsync(domain, cancellationToken) : new ReportPlaces(await DmarcAsync(domain, cancellationToken), []);
        }
        catch (DnsTemporaryException)
        {
            return null;
        }
    }

    /// <summary>RFC 8460 §3: one record, or none counts.</summary>
    private async Task<ReportPlaces> TlsAsync(string domain, CancellationToken cancellationToken) =>
        (await dns.TxtAsync($"_smtp._tls.{domain}", cancellationToken)).Where(record => record.StartsWith("v=TLSRPTv1", StringComparison.Ordinal)).ToList() is [var only]
            ? new ReportPlaces([.. ReportUri.OfTlsRecord(only).Take(MaxAddresses)], [.. ReportUri.PlacesOfTlsRecord(only).Take(MaxAddresses)])
            : ReportPlaces.None;

    private async Task<IReadOnlyList<ReportUri>> DmarcAsync(string domain, CancellationToken cancellationToken)
    {
        var records = (await dns.TxtAsync($"_dmarc.{domain}", cancellationToken)).Select(DmarcRecord.Parse).OfType<DmarcRecord>().ToList();
        if (records is not [var record])
            return [];
        var wanted = new List<ReportUri>();
        foreach (var uri in record.Reports.Take(MaxAddresses).Select(ReportUri.Parse).OfType<ReportUri>())
            wanted.AddRange(await ConfirmAsync(domain, uri, cancellationToken));
        return wanted;
    }

    /// <summary>
    /// The address itself where it is the same organization's; else what its own domain says of it: nothing means that it was
    /// named against its will.
    /// </summary>
    private async Task<IReadOnlyList<ReportUri>> ConfirmAsync(string domain, ReportUri uri, CancellationToken cancellationToken)
    {
        var host = uri.Address.Domain;
        if (string.Equals(rules.Suffixes.OrganizationalDomain(host), rules.Suffixes.OrganizationalDomain(domain), StringComparison.Ordinal))
            return [uri];
        var confirmed = (await dns.TxtAsync($"{domain}._report._dmarc.{host}", cancellationToken))
            .Select(text => TagList.Parse(text, StringComparer.OrdinalIgnoreCase))
            .FirstOrDefault(tags => tags is not null && string.Equals(tags.First, "v", StringComparison.OrdinalIgnoreCase) && tags["v"] is "DMARC1");
        if (confirmed is null)
            return [];
        if (confirmed["rua"] is not { } rua)
            return [uri];
        // RFC 7489 §7.1: another address of the same host; one elsewhere means no report at all.
        var instead = rua.Split(',', StringSplitOptions.TrimEntries).Select(ReportUri.Parse).ToList();
        return instead.TrueForAll(other => other is not null && string.Equals(other.Address.Domain, host, StringComparison.Ordinal))
            ? [.. instead.OfType<ReportUri>().Take(MaxAddresses)]
            : [];
    }
}
