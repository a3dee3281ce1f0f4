using System.Globalization;
using Casella.Core.Signing;
using Casella.Net.Dns;
using Casella.Net.Tls;
using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Administration;

/// <summary>What DNS must say about a domain, and with a check what it says.</summary>
internal sealed record ShowDns(string Domain, bool Check) : AdminRequest<DnsView>
{
    protected override async Task<DnsView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var domain = await context.DomainAsync(Domain, cancellationToken);
        return await LookAsync(context.Services, domain, Check, cancellationToken);
    }

    /// <param name="domain">Of ours, canonical.</param>
    public static async Task<DnsView> LookAsync(IServiceProvider services, string domain, bool check, CancellationToken cancellationToken)
    {
        // A server that runs knows where its ports have moved; without one they are as configured.
        var ports = services.GetService<OpenPorts>() ?? OpenPorts.Wanted(services.GetRequiredService<CasellaOptions>());
        var records = new DnsRecords(domain, ports.Clients(), ports.Https);
        var certificate = services.GetService<ServerCertificate>()?.Certificate;
        var all = records.List(await services.GetRequiredService<DomainKeys>().ListAsync(domain, cancellationToken), certificate?.PublicKey.ExportSubjectPublicKeyInfo());
        var found = check
            ? await Task.WhenAll(all.Select(record => FindAsync(services.GetRequiredService<IDnsResolver>(), record, cancellationToken)))
            : null;
        return new DnsView(domain, records.StsPolicy, [.. all.Select((record, i) => DnsRecordView.Of(record, found?[i]))]);
    }

    private static async Task<DnsFinding> FindAsync(IDnsResolver dns, DnsRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var there = await AskAsync(dns, record, cancellationToken);
            return there.Any(value => IsSame(record, value)) ? new DnsFinding("ok", null)
                : there.Count == 0 ? new DnsFinding("missing", null)
                : new DnsFinding("different", string.Join(" | ", there));
        }
        catch (DnsTemporaryException silent)
        {
            return new DnsFinding("silent", silent.Message);
        }
    }

    /// <summary>What is there in place of the record; of TXT only what is of its kind.</summary>
    private static async Task<IReadOnlyList<string>> AskAsync(IDnsResolver dns, DnsRecord record, CancellationToken cancellationToken) => record.Kind switch
    {
        DnsRecordKind.Mx => [.. (await dns.MxAsync(record.Name, cancellationToken)).Select(mx => string.Create(CultureInfo.InvariantCulture, $"{mx.Preference} {mx.Host}."))],
        DnsRecordKind.Txt => [.. (await dns.TxtAsync(record.Name, cancellationToken)).Where(text => IsOfKind(text, record.Value))],
        DnsRecordKind.Srv => [.. (await dns.SrvAsync(record.Name, cancellationToken))
            .Select(srv => string.Create(CultureInfo.InvariantCulture, $"{srv.Priority} {srv.Weight} {srv.Port} {srv.Host}."))],
        DnsRecordKind.Tlsa => [.. (await dns.TlsaAsync(record.Name, cancellationToken))
            .Select(tlsa => string.Create(CultureInfo.InvariantCulture, $"{tlsa.Usage} {tlsa.Selector} {tlsa.Matching} {Convert.ToHexStringLower(tlsa.Data.Span)}"))],
        // The name is there for its address; by which way is the zone's business.
        DnsRecordKind.Cname => await SameAddressesAsync(dns, record, cancellationToken),
    };

    private static async Task<IReadOnlyList<string>> SameAddressesAsync(IDnsResolver dns, DnsRecord record, CancellationToken cancellationToken)
    {
        var (there, wanted) = (await dns.AddressesAsync(record.Name, cancellationToken), await dns.AddressesAsync(record.Value.TrimEnd('.'), cancellationToken));
        return there.Count > 0 && there.All(wanted.Contains) ? [record.Value] : [.. there.Select(address => address.ToString())];
    }

    /// <summary>Many things stand at a domain's name; they tell themselves by how they begin.</summary>
    private static bool IsOfKind(string text, string wanted) =>
        text.StartsWith(wanted[..Math.Min(wanted.Length, 6)], StringComparison.OrdinalIgnoreCase) || !wanted.StartsWith("v=spf1", StringComparison.Ordinal);

    private static bool IsSame(DnsRecord record, string value) => record.Kind switch
    {
        DnsRecordKind.Txt when record.Value.StartsWith("v=spf1", StringComparison.Ordinal) => DnsComparison.AreSameWords(value, record.Value),
        DnsRecordKind.Txt => DnsComparison.AreSameTags(value, record.Value),
        DnsRecordKind.Mx => string.Equals(value[(value.IndexOf(' ', StringComparison.Ordinal) + 1)..], record.Value[3..], StringComparison.OrdinalIgnoreCase),
        _ => string.Equals(value, record.Value, StringComparison.OrdinalIgnoreCase),
    };
}

/// <param name="State">"ok", "missing", "different" or "silent".</param>
/// <param name="There">What is there instead, or why nobody knows; null where that says nothing.</param>
internal sealed record DnsFinding(string State, string? There);

/// <param name="StsPolicy">The text that belongs to https://mta-sts.domain/.well-known/mta-sts.txt.</param>
internal sealed record DnsView(string Domain, string StsPolicy, IReadOnlyList<DnsRecordView> Records);

/// <param name="Line">As a zone file has it.</param>
/// <param name="State">Null when it was not looked.</param>
internal sealed record DnsRecordView(string Name, string Kind, string Value, string Line, string Why, string? State, string? There)
{
    public static DnsRecordView Of(DnsRecord record, DnsFinding? finding) => new(
        record.Name, record.Kind.ToString().ToUpperInvariant(), record.Value, DnsRecords.ZoneLine(record), record.Why, finding?.State, finding?.There);
}
