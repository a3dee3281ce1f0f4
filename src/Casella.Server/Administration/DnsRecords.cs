using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Casella.Core.Reporting;
using Casella.Core.Signing;
using Casella.Formats.Setup;
using Casella.Web.Setup;

namespace Casella.Server.Administration;

/// <summary>
/// What DNS must say about a domain of ours, so that its mail comes here, is believed elsewhere, and programs find their
/// settings. Pure: from names and keys to records.
/// </summary>
/// <param name="domain">Ours.</param>
/// <param name="settings">What programs are told of this server.</param>
/// <param name="httpsPort">Null when there is no HTTPS.</param>
internal sealed class DnsRecords(string domain, ClientSettings settings, int? httpsPort)
{
    private readonly string _host = settings.HostName;

    /// <summary>The policy of MTA-STS that says what the MX record says (RFC 8461 §3.2); the server has it at its address.</summary>
    public string StsPolicy => Formats.SenderRecords.StsPolicy.OfServer(_host);

    /// <param name="keys">Of the domain.</param>
    /// <param name="certificateKey">The public key of this server's certificate, or null when it is not known here.</param>
    public IReadOnlyList<DnsRecord> List(IReadOnlyList<DomainKey> keys, ReadOnlyMemory<byte>? certificateKey)
    {
        var records = new List<DnsRecord>
        {
            new(domain, DnsRecordKind.Mx, $"10 {_host}.", "mail for the domain comes to this server"),
            new(domain, DnsRecordKind.Txt, "v=spf1 mx -all", "nobody else sends in its name (SPF)"),
        };
        records.AddRange(keys.Select(key => new DnsRecord($"{key.Selector}._domainkey.{domain}", DnsRecordKind.Txt, key.Record, key.State switch
        {
            DomainKeyState.Waiting => "a new key; once it is there: casella dkim rotate " + domain + " --activate",
            DomainKeyState.Signing => "its mail is signed (DKIM)",
            DomainKeyState.Retired => "an old key: may be removed a week after the change",
        })));
        records.AddRange(Mail());
        records.AddRange(Services());
        records.AddRange(
        [
            new($"autoconfig.{domain}", DnsRecordKind.Cname, $"{_host}.", "Thunderbird finds its settings"),
            new($"autodiscover.{domain}", DnsRecordKind.Cname, $"{_host}.", "Outlook finds its settings"),
        ]);
        if (PaccDocument.Write(domain, settings, HelpPage.Path, httpsPort) is { } document)
            records.AddRange(
            [
                new($"{PaccDocument.Host}.{domain}", DnsRecordKind.Cname, $"{_host}.", "programs of the PACC draft find their settings"),
                new($"{PaccDocument.DigestHost}.{domain}", DnsRecordKind.Txt, PaccDocument.Digest(document), "they believe them; changes with name, ports and services"),
            ]);
        if (httpsPort is { } https)
            records.Add(new($"_autodiscover._tcp.{domain}", DnsRecordKind.Srv, Srv(0, https, _host),
                "Outlook finds them also where the certificate is not for the name above"));
        if (certificateKey is { } key)
            records.Add(new($"_25._tcp.{_host}", DnsRecordKind.Tlsa, $"3 1 1 {Convert.ToHexStringLower(SHA256.HashData(key.Span))}",
                "other servers know this server's key (DANE); only where DNSSEC signs the zone, and to be changed with the key"));
        return records;
    }

    private IEnumerable<DnsRecord> Mail() =>
    [
        new($"_dmarc.{domain}", DnsRecordKind.Txt, $"v=DMARC1; p=quarantine; rua=mailto:{ReportAddress.Dmarc}@{domain}", "mail that is neither is not its own (DMARC)"),
        new($"_mta-sts.{domain}", DnsRecordKind.Txt, $"v=STSv1; id={PolicyId()}", "other servers insist on TLS (MTA-STS); its policy must be at the address below"),
        new($"mta-sts.{domain}", DnsRecordKind.Cname, $"{_host}.", $"where https://mta-sts.{domain}/.well-known/mta-sts.txt is"),
        new($"_smtp._tls.{domain}", DnsRecordKind.Txt, $"v=TLSRPTv1; rua=mailto:{ReportAddress.Tls}@{domain}", "other servers tell when TLS fails (TLS-RPT)"),
    ];

    /// <summary>Where programs find the services; a service that is off is said to be none.</summary>
    private IEnumerable<DnsRecord> Services() =>
    [
        // RFC 8314 §5.1: the name with the s where TLS is there from the first byte.
        Service("imap", 0, ClientProtocol.Imap, "programs find IMAP (RFC 6186)"),
        Service("pop3", 10, ClientProtocol.Pop3, "programs find POP3 (RFC 6186)"),
        Service("submission", 0, ClientProtocol.Submission, "programs find where to send (RFC 6186, RFC 8314)"),
        // RFC 5804 §1.8: STARTTLS is part of it.
        .. settings.Find(ClientProtocol.ManageSieve) is { } sieve
            ? [new DnsRecord($"_sieve._tcp.{domain}", DnsRecordKind.Srv, Srv(0, sieve.Port, _host), "programs find where filters are edited (RFC 5804)")]
            : Array.Empty<DnsRecord>(),
    ];

    /// <param name="priority">RFC 6186 §3.4: which of IMAP and POP3 is preferred.</param>
    private DnsRecord Service(string name, int priority, ClientProtocol protocol, string why) => settings.Find(protocol) is { } service
        ? new DnsRecord($"_{name}{(service.Tls is ClientTls.Implicit ? "s" : "")}._tcp.{domain}", DnsRecordKind.Srv, Srv(priority, service.Port, _host), why)
        // RFC 6186 §3.4.
        : new DnsRecord($"_{name}s._tcp.{domain}", DnsRecordKind.Srv, "0 0 0 .", "this service is off: programs need not look for it");

    private static string Srv(int priority, int port, string host) => string.Create(CultureInfo.InvariantCulture, $"{priority} 1 {port} {host}.");

    /// <summary>Changes with the policy, and only then.</summary>
    private string PolicyId() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(StsPolicy)))[..16];

    /// <summary>The value as a zone file has it: texts in quotes, in pieces of at most 255 octets.</summary>
    public static string ZoneValue(DnsRecord record) => record.Kind is DnsRecordKind.Txt
        ? string.Join(' ', record.Value.Chunk(255).Select(piece => $"\"{new string(piece)}\""))
        : record.Value;

    /// <summary>"example.org. IN MX 10 mail.example.org."</summary>
    public static string ZoneLine(DnsRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Name}. IN {record.Kind.ToString().ToUpperInvariant()} {ZoneValue(record)}");
}

internal sealed record DnsRecord(string Name, DnsRecordKind Kind, string Value, string Why);

internal enum DnsRecordKind { Mx, Txt, Cname, Srv, Tlsa }
