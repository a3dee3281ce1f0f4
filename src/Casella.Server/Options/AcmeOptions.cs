namespace Casella.Server.Options;

/// <summary>
/// Certificates from an authority that speaks ACME (RFC 8555), such as Let's Encrypt: for <c>HostName</c>, made and renewed
/// by casella itself. See: casella certificate status.
/// </summary>
public sealed record AcmeOptions
{
    /// <summary>
    /// The authority's directory, for Let's Encrypt <c>https://acme-v02.api.letsencrypt.org/directory</c>. Empty for none.
    /// </summary>
    public string Directory { get; init; } = "";

    /// <summary>The authority's conditions were read, and are agreed to. It makes no certificates without.</summary>
    public bool AcceptTerms { get; init; }

    /// <summary>Address that the authority may write to. Empty for none.</summary>
    public string Contact { get; init; } = "";

    /// <summary>
    /// How the authority sees that the names are ours: Http (it reads a file on port 80), TlsAlpn (it connects to port 443)
    /// or Dns (it reads a record that casella puts into the zone by dynamic update; the ports may be closed).
    /// </summary>
    public AcmeChallenge Challenge { get; init; } = AcmeChallenge.Http;

    /// <summary>More names for the certificate, separated by commas, for example <c>imap.example.org,smtp.example.org</c>.</summary>
    public string Names { get; init; } = "";

    /// <summary>
    /// Also a certificate for the names <c>mta-sts</c>, <c>autoconfig</c>, <c>autodiscover</c> and <c>ua-auto-config</c> of each domain, as far as DNS
    /// leads them here: other servers insist on TLS, and programs set themselves up, without a warning.
    /// </summary>
    public bool DomainNames { get; init; } = true;

    /// <summary>
    /// PEM file with the authorities that sign the directory's own certificate, where that is not one that everybody
    /// trusts: an authority within the house. Empty for the system's.
    /// </summary>
    public string Authorities { get; init; } = "";

    /// <summary>For Dns: address of the zone's primary DNS server, such as <c>192.0.2.53</c> or <c>192.0.2.53:5353</c>.</summary>
    public string DnsServer { get; init; } = "";

    /// <summary>
    /// For Dns: file with the key that may change <c>_acme-challenge</c> records, as <c>tsig-keygen</c> writes it.
    /// </summary>
    public string DnsKey { get; init; } = "";

    /// <summary>For Dns: how long until the zone's other servers have the record too.</summary>
    public TimeSpan DnsWait { get; init; } = TimeSpan.FromSeconds(20);

    internal bool IsOn => Directory.Length > 0;
}

public enum AcmeChallenge { Http, TlsAlpn, Dns }
