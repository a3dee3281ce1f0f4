using System.Globalization;
using System.Net;
using Casella.Core.Queue;
using Casella.Formats.Reports.Aggregates;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>
/// Decides how sure the connection to a server must be: DANE (RFC 7672) where DNSSEC vouches for the server, else the
/// domain's MTA-STS (RFC 8461), and what the message itself asks for (RFC 8689).
/// </summary>
public sealed class TlsDemands(IDnsResolver dns, StsPolicies policies, OutboundOptions options)
{
    /// <summary>The domain's policy; none for a message that waives it, and none when a smart host takes all mail.</summary>
    internal async Task<StsFinding> PolicyAsync(OutboundMail mail, CancellationToken cancellationToken) =>
        mail.Security is TransportSecurity.Waived || options.SmartHost.Length > 0 || mail.Domain[0] == '['
            ? StsFinding.None
            : await policies.FindAsync(mail.Domain, cancellationToken);

    /// <exception cref="RemoteFailureException">Nothing may be sent to this server now.</exception>
    internal async Task<TlsDemand> DecideAsync(
        OutboundMail mail, ExchangerName server, DnsAnswer<IPAddress> addresses, StsPolicy? policy, CancellationToken cancellationToken)
    {
        var demand = mail.Security is TransportSecurity.Waived ? TlsDemand.None
            : server.IsAuthentic && addresses.IsAuthentic && await DaneAsync(server.Host, cancellationToken) is { } dane ? dane
            : Sts(mail, server.Host, policy);
        if (mail.Security is not TransportSecurity.Required)
            return demand;
        // RFC 8689 §4.2.1: the server's name must be sure, and then the server.
        if (demand.Assurance is TlsAssurance.Dane or TlsAssurance.Certified || server.IsAuthentic || options.SmartHost.Length > 0)
            return (demand.Assurance is TlsAssurance.Dane ? demand : new TlsDemand(TlsAssurance.Certified, "REQUIRETLS", [])) with { MustPromise = true };
        throw new RemoteFailureException("5.7.10", $"The message must go a sure way (REQUIRETLS), and {mail.Domain} has none: neither MTA-STS nor DNSSEC");
    }

    private async Task<TlsDemand?> DaneAsync(string host, CancellationToken cancellationToken)
    {
        DnsAnswer<TlsaRecord> records;
        try
        {
            records = await dns.TlsaAsync(string.Create(CultureInfo.InvariantCulture, $"_{options.Port}._tcp.{host}"), cancellationToken);
        }
        catch (DnsTemporaryException silent)
        {
            // RFC 7672 §2.1.1: whoever can silence DNS must not get the message in clear.
            throw new RemoteFailureException("4.7.5", $"DNS does not tell whether {host} is secured (DANE): {silent.Message}", silent)
            {
                TlsResult = TlsResultTypes.NoDnssec,
            };
        }

        if (!records.IsAuthentic || records.Count == 0)
            return null;
        var usable = records.Where(DaneCheck.IsUsable).ToList();
        return usable.Count > 0 ? new TlsDemand(TlsAssurance.Dane, "DANE", usable) : new TlsDemand(TlsAssurance.Encrypted, "DANE", []);
    }

    private static TlsDemand Sts(OutboundMail mail, string host, StsPolicy? policy) => policy switch
    {
        { Mode: StsMode.Enforce } when !policy.Allows(host) =>
            throw new RemoteFailureException("4.7.5", $"{host} is none of the servers that {mail.Domain} names in its policy (MTA-STS)") { TlsResult = TlsResultTypes.Failed },
        { Mode: StsMode.Enforce } => new TlsDemand(TlsAssurance.Certified, "MTA-STS", []),
        // What is only being tried out must not keep mail back, but its domain wants to know.
        { Mode: StsMode.Testing } => TlsDemand.None with
        {
            IsTried = true,
            TriedFault = policy.Allows(host) ? null : $"{host} is not in the policy",
        },
        _ => TlsDemand.None,
    };
}

/// <param name="IsAuthentic">DNSSEC vouches for this being the domain's exchanger.</param>
internal readonly record struct ExchangerName(string Host, bool IsAuthentic);
