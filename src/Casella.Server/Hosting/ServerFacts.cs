using Casella.Core.Office;
using Casella.Net.Tls;
using Casella.Server.Administration;
using Casella.Server.Options;

namespace Casella.Server.Hosting;

/// <summary>Tells the office what it cannot see from its room: names in DNS, the certificate.</summary>
internal sealed class ServerFacts(IServiceProvider services, CasellaOptions options) : IServerFacts
{
    public async Task<DomainRecords> RecordsAsync(string domain, bool check, CancellationToken cancellationToken)
    {
        var view = await ShowDns.LookAsync(services, domain, check, cancellationToken);
        return new DomainRecords(view.Domain, view.StsPolicy, [.. view.Records.Select(record => new DomainRecord(
            record.Name, record.Kind, record.Value, record.Line, State(record.State), record.There) { Why = record.Why })]);
    }

    public CertificateFacts? Certificate() => services.GetService<ServerCertificate>()?.Certificate is { } certificate
        ? new CertificateFacts(options.HostName, new DateTimeOffset(certificate.NotAfter), options.Tls.Certificate.Length > 0)
        : null;

    private static DomainRecordState? State(string? state) => state switch
    {
        "ok" => DomainRecordState.Ok,
        "missing" => DomainRecordState.Missing,
        "different" => DomainRecordState.Different,
        "silent" => DomainRecordState.Silent,
        _ => null,
    };
}
