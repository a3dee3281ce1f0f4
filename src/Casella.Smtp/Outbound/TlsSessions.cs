using System.Globalization;
using System.Net;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Formats.Reports.Aggregates;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>
/// Keeps what the domains that we send to are told of our connections (RFC 8460 §4): each attempt at one address is a
/// session. Used by <see cref="OutboundTransport"/>.
/// </summary>
public sealed class TlsSessions(ReportLedger ledger, OutboundOptions options)
{
    /// <summary>Mail that waives TLS says nothing of it, and neither does a smart host.</summary>
    internal TlsSession Begin(OutboundMail mail, StsFinding policy, string exchanger, IPAddress address) =>
        new(mail.Domain, policy, exchanger, address) { IsCounted = IsCounted(mail) };

    internal void End(TlsSession session)
    {
        if (session.IsCounted && session.Sighting is { } sighting)
            ledger.Note(sighting);
    }

    /// <summary>A domain that announces a policy which nobody can have.</summary>
    internal void NoteFault(OutboundMail mail, StsFinding policy)
    {
        if (IsCounted(mail) && policy is { Policy: null, Fault: { } fault })
            ledger.Note(new TlsSighting(new TlsAppliedPolicy("sts", [], mail.Domain, []), new TlsFailure(fault, "", "", "", "")));
    }

    private bool IsCounted(OutboundMail mail) => mail.Security is not TransportSecurity.Waived && options.SmartHost.Length == 0 && mail.Domain[0] is not '[';
}

/// <summary>One attempt at one address of one server.</summary>
internal sealed class TlsSession(string domain, StsFinding policy, string exchanger, IPAddress address)
{
    private TlsFailure? _failure;

    public bool IsCounted { get; init; }

    /// <summary>What was asked of it; null while that is not decided.</summary>
    public TlsDemand? Demand { get; set; }

    /// <summary>How the server calls itself.</summary>
    public string Hello { get; set; } = "";

    /// <summary>It came to where mail can be sent.</summary>
    public bool IsReady { get; set; }

    /// <summary>Only the first counts; what follows comes of it.</summary>
    public void Fail(string result, string reason = "") => _failure ??= new TlsFailure(result, exchanger, Hello, address.ToString(), reason);

    public void Fail(RemoteFailureException failed)
    {
        if (failed.TlsResult is { } result)
            Fail(result, failed.Message);
    }

    /// <summary>Null for a session that says nothing of TLS: the network, not the server (RFC 8460 §4.3.4).</summary>
    public TlsSighting? Sighting => _failure is null && !IsReady ? null : new TlsSighting(Policy(), _failure);

    private TlsAppliedPolicy Policy() => (Demand, policy.Policy) switch
    {
        ({ Assurance: TlsAssurance.Dane or TlsAssurance.Encrypted } dane, _) => new TlsAppliedPolicy("tlsa", [.. dane.Tlsa.Select(Line)], domain, []),
        (_, { Mode: not StsMode.None } sts) => new TlsAppliedPolicy("sts", Lines(sts), domain, sts.Exchangers),
        _ => new TlsAppliedPolicy("no-policy-found", [], domain, []),
    };

    private static string Line(TlsaRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Usage} {record.Selector} {record.Matching} {Convert.ToHexString(record.Data.Span)}");

    /// <summary>RFC 8460 §4.5.</summary>
    private static IReadOnlyList<string> Lines(StsPolicy policy) =>
    [
        "version: STSv1",
        $"mode: {policy.Mode.ToString().ToLowerInvariant()}",
        .. policy.Exchangers.Select(pattern => $"mx: {pattern}"),
        string.Create(CultureInfo.InvariantCulture, $"max_age: {policy.MaxAge}"),
    ];
}
