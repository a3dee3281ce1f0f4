using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace Casella.Net.Dns;

/// <summary>Asks the configured resolver over the network.</summary>
public sealed class NetworkDnsResolver : IDnsResolver
{
    /// <summary>Exchangers or addresses taken of one answer: more is nonsense or an attack.</summary>
    private const int AnswersAtMost = 50;

    /// <summary>Names that one leads to another.</summary>
    private const int AliasesAtMost = 10;

    /// <summary>Forged answers, by their number, behind which the true one is still waited for by asking again.</summary>
    private const int ForgeriesAtMost = 3;

    private readonly LookupClient _client;
    private readonly bool _isLocal;

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
        // Only whoever asks for DNSSEC is told whether it held (RFC 6840 §5.7).
        lookup.RequestDnsSecRecords = true;
        _client = new LookupClient(lookup);
        // Between another machine's resolver and us anybody may set the bit.
        _isLocal = _client.NameServers.Count > 0 && _client.NameServers.All(server => IPAddress.TryParse(server.Address, out var address) && IPAddress.IsLoopback(address));
    }

    public Task<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancellationToken) =>
        AskAsync(domain, QueryType.MX, records => records.OfType<DnsClient.Protocol.MxRecord>()
            .Select(r => new MxRecord(r.Preference, r.Exchange.Value.TrimEnd('.'))).OrderBy(r => r.Preference), cancellationToken);

    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        var six = AddressesAsync(host, AddressFamily.InterNetworkV6, cancellationToken);
        var four = await AddressesAsync(host, AddressFamily.InterNetwork, cancellationToken);
        return new DnsAnswer<IPAddress>([.. four.Concat(await six).Take(AnswersAtMost)], four.IsAuthentic && (await six).IsAuthentic);
    }

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken) => AskAsync(
        host, family is AddressFamily.InterNetworkV6 ? QueryType.AAAA : QueryType.A, records => records.OfType<AddressRecord>().Select(r => r.Address), cancellationToken);

    public Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(name, QueryType.TXT, records => records.OfType<TxtRecord>().Select(r => string.Concat(r.Text)), cancellationToken);

    public Task<DnsAnswer<string>> PtrAsync(IPAddress address, CancellationToken cancellationToken) => AskAsync(
        address.GetArpaName(), QueryType.PTR, records => records.OfType<PtrRecord>().Select(r => r.PtrDomainName.Value.TrimEnd('.')), cancellationToken);

    public Task<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellationToken) => AskAsync(
        name, QueryType.TLSA,
        records => records.OfType<DnsClient.Protocol.TlsaRecord>().Select(r => new TlsaRecord(
            (int)r.CertificateUsage, (int)r.Selector, (int)r.MatchingType, r.CertificateAssociationData.ToArray())),
        cancellationToken);

    public Task<DnsAnswer<SrvRecord>> SrvAsync(string name, CancellationToken cancellationToken) => AskAsync(
        name, QueryType.SRV,
        records => records.OfType<DnsClient.Protocol.SrvRecord>().Select(r => new SrvRecord(r.Priority, r.Weight, r.Port, r.Target.Value.TrimEnd('.'))),
        cancellationToken);

    /// <summary>Records of the asked name and type, also behind a CNAME; NXDOMAIN and empty are the same.</summary>
    private async Task<DnsAnswer<T>> AskAsync<T>(
        string name, QueryType type, Func<IEnumerable<DnsResourceRecord>, IEnumerable<T>> read, CancellationToken cancellationToken)
    {
        if (!IsName(name))
            return new DnsAnswer<T>([], isAuthentic: false);
        try
        {
            var answer = await QueryAsync(name, type, cancellationToken);
            return answer.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? new DnsAnswer<T>([.. read(Own(name, answer.Answers)).Take(AnswersAtMost)], _isLocal && answer.Header.IsAuthenticData)
                : throw new DnsTemporaryException($"{name} {type}: {answer.Header.ResponseCode}");
        }
        catch (Exception failure) when (failure is DnsResponseException or DnsXidMismatchException)
        {
            throw new DnsTemporaryException($"{name} {type}: {failure.Message}", failure);
        }
    }

    /// <summary>Somebody may guess at the number of a question; each time it is asked with another one.</summary>
    private async Task<IDnsQueryResponse> QueryAsync(string name, QueryType type, CancellationToken cancellationToken)
    {
        for (var forgeries = 0; ; forgeries++)
        {
            try
            {
                return await _client.QueryAsync(name, type, cancellationToken: cancellationToken);
            }
            catch (DnsXidMismatchException) when (forgeries < ForgeriesAtMost)
            {
                // Asked again.
                continue;
            }
        }
    }

    /// <summary>
    /// Records of the name, or of what it is an alias of (RFC 1035 §3.3.1); what an answer says of other names nobody has
    /// asked, and nobody believes.
    /// </summary>
    private static IEnumerable<DnsResourceRecord> Own(string name, IReadOnlyList<DnsResourceRecord> records)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name.TrimEnd('.') };
        var aliases = records.OfType<CNameRecord>().ToList();
        for (var i = 0; i < AliasesAtMost && aliases.Any(alias => names.Contains(Text(alias.DomainName)) && names.Add(Text(alias.CanonicalName))); i++)
        {
            // One more step along the chain.
        }

        return records.Where(record => names.Contains(Text(record.DomainName)));
    }

    private static string Text(DnsString name) => name.Value.TrimEnd('.');

    /// <summary>
    /// What strangers' records lead to need not be a name; a question that cannot be written is one without an answer.
    /// </summary>
    private static bool IsName(string name) => name.Length is > 0 and <= 254
        && name.TrimEnd('.').Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => c is > ' ' and < '\x7F'));

    private static string WithPort(string server) =>
        IPEndPoint.TryParse(server, out var endpoint) && endpoint.Port == 0 ? new IPEndPoint(endpoint.Address, 53).ToString() : server;
}
