using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Casella.Net.Dns;

/// <summary>Asks the configured resolver over the network.</summary>
public sealed class NetworkDnsResolver : IDnsResolver
{
    /// <summary>Exchangers or addresses taken of one answer: more is nonsense or an attack.</summary>
    private const int AnswersAtMost = 50;

    private readonly LookupClient _client;

    /// <exception cref="FormatException">DnsOptions.Server is not an address.</exception>
    public NetworkDnsResolver(DnsOptions options)
    {
        var lookup = options.Server.Length == 0
            ? new LookupClientOptions()
            : new LookupClientOptions(IPEndPoint.Parse(WithPort(options.Server)));
        lookup.Timeout = options.Time;
        lookup.Retries = options.Retries;
        lookup.UseCache = true;
        lookup.ThrowDnsErrors = false;
        _client = new LookupClient(lookup);
    }

    public async Task<IReadOnlyList<MxRecord>> MxAsync(string domain, CancellationToken cancellationToken) =>
        [.. (await AskAsync(domain, QueryType.MX, cancellationToken)).OfType<DnsClient.Protocol.MxRecord>()
            .Select(r => new MxRecord(r.Preference, r.Exchange.Value.TrimEnd('.')))
            .OrderBy(r => r.Preference).Take(AnswersAtMost)];

    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        var six = AskAsync(host, QueryType.AAAA, cancellationToken);
        var four = await AskAsync(host, QueryType.A, cancellationToken);
        return [.. four.Concat(await six).OfType<AddressRecord>().Select(r => r.Address).Take(AnswersAtMost)];
    }

    public async Task<IReadOnlyList<string>> TxtAsync(string name, CancellationToken cancellationToken) =>
        [.. (await AskAsync(name, QueryType.TXT, cancellationToken)).OfType<TxtRecord>()
            .Select(r => string.Concat(r.Text)).Take(AnswersAtMost)];

    public async Task<IReadOnlyList<string>> PtrAsync(IPAddress address, CancellationToken cancellationToken) =>
        [.. (await AskAsync(address.GetArpaName(), QueryType.PTR, cancellationToken)).OfType<PtrRecord>()
            .Select(r => r.PtrDomainName.Value.TrimEnd('.')).Take(AnswersAtMost)];

    /// <summary>Records of the asked name and type, also behind a CNAME; NXDOMAIN and empty are the same.</summary>
    private async Task<IEnumerable<DnsResourceRecord>> AskAsync(string name, QueryType type, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.QueryAsync(name, type, cancellationToken: cancellationToken);
            return answer.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? answer.Answers
                : throw new DnsTemporaryException($"{name} {type}: {answer.Header.ResponseCode}");
        }
        catch (DnsResponseException failure)
        {
            throw new DnsTemporaryException($"{name} {type}: {failure.Message}", failure);
        }
    }

    private static string WithPort(string server) =>
        IPEndPoint.TryParse(server, out var endpoint) && endpoint.Port == 0 ? new IPEndPoint(endpoint.Address, 53).ToString() : server;
}
