using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Casella.Core.Filtering.Spam;
using Casella.Formats.Addresses;
using Casella.Net.Tls;
using Casella.Server.Hosting;
using Casella.Server.Options;
using Casella.Smtp.Inbound;
using Casella.Smtp.Outbound;

namespace Casella.Server.Configuration;

/// <summary>What can be wrong with options that are well-formed each on its own.</summary>
internal static class OptionsCheck
{
    /// <summary>What is wrong, in sentences that say what to do; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(CasellaOptions options) =>
    [
        .. HostName(options), .. Data(options), .. Office(options.Office), .. Listeners(options.Listeners), .. Tls(options.Tls), .. Dns(options),
        .. Inbound(options.Inbound), .. Spam(options), .. Outbound(options.Outbound), .. Logging(options.Logging), .. Metrics(options.Metrics),
        .. Migration(options.Migration),
    ];

    private static IEnumerable<string> HostName(CasellaOptions options)
    {
        if (options.HostName.Length > 0 && !DomainName.TryCanonicalize(options.HostName, out _))
            yield return $"HostName: \"{options.HostName}\" is not a name on the network, such as mail.example.org";
    }

    private static IEnumerable<string> Office(OfficeOptions office)
    {
        if (office.Contact.Length > 0 && !EmailAddress.TryParse(office.Contact, out _))
            yield return $"Office:Contact: \"{office.Contact}\" is not an address, such as office@example.org";
        if (office.Alerts is not ("" or "off") && !EmailAddress.TryParse(office.Alerts, out _))
            yield return $"Office:Alerts: \"{office.Alerts}\" is not an address, such as office@example.org, nor off";
    }

    private static IEnumerable<string> Data(CasellaOptions options)
    {
        if (options.Data.Length == 0)
            yield return "Data: name the folder that keeps everything, such as /var/lib/casella";
        else if (DataFolder.SocketPathIsTooLong(options.Data))
            yield return $"Data: the path {Path.GetFullPath(options.Data)} is too long for the control socket in it; at most {DataFolder.MaxPathLength} bytes";
    }

    private static IEnumerable<string> Listeners(ListenersOptions listeners)
    {
        var all = typeof(ListenersOptions).GetProperties()
            .Select(p => (p.Name, Address: p.GetValue(listeners) as ListenerAddress))
            .Where(l => l.Address is { IsOff: false, Port: > 0 })
            .ToList();
        foreach (var same in all.GroupBy(l => l.Address).Where(g => g.Count() > 1))
            yield return $"Listeners: {string.Join(" and ", same.Select(l => l.Name))} have the same address {same.Key}; give each its own port, or set one to off";
    }

    private static IEnumerable<string> Tls(TlsOptions tls)
    {
        if (ClientCertificatesProblem(tls.ClientCertificates) is { } unusable)
            yield return unusable;
        foreach (var wrong in AcmeCheck.Problems(tls))
            yield return wrong;
        if (tls.Others.Length > 0 && !Directory.Exists(tls.Others))
            yield return $"Tls:Others: there is no folder {Path.GetFullPath(tls.Others)}";
        if (tls.Certificate.Length == 0 && tls.Key.Length == 0)
            yield break;
        if (tls.Certificate.Length == 0 || tls.Key.Length == 0)
        {
            yield return "Tls: Certificate and Key belong together; set both, or neither for a local certificate";
            yield break;
        }
        foreach (var (name, file) in new[] { ("Certificate", tls.Certificate), ("Key", tls.Key) })
            if (!File.Exists(file))
            {
                yield return $"Tls:{name}: there is no file {Path.GetFullPath(file)}";
                yield break;
            }
        if (CertificateProblem(tls) is { } problem)
            yield return problem;
    }

    private static string? ClientCertificatesProblem(string file)
    {
        try
        {
            if (file.Length > 0)
                _ = ClientTrust.Load(file);
            return null;
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"Tls:ClientCertificates: {file} is no file of certificates in PEM form: {unusable.Message}";
        }
    }

    private static string? CertificateProblem(TlsOptions tls)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(tls.Certificate, tls.Key);
            return null;
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"Tls: {tls.Certificate} and {tls.Key} are not a certificate and its unencrypted key in PEM form: {unusable.Message}";
        }
    }

    private static IEnumerable<string> Dns(CasellaOptions options)
    {
        if (options.Dns.Server.Length > 0 && !IPEndPoint.TryParse(options.Dns.Server, out _))
            yield return $"Dns:Server: \"{options.Dns.Server}\" is not an address such as 127.0.0.1 or 127.0.0.1:5353";
    }

    private static IEnumerable<string> Inbound(InboundOptions inbound) => InboundRules.Problem(inbound) is { } problem ? [problem] : [];

    private static IEnumerable<string> Spam(CasellaOptions options) =>
        new[] { SpamOptions.Problem(options.Spam), VirusOptions.Problem(options.Virus) }.OfType<string>();

    private static IEnumerable<string> Outbound(OutboundOptions outbound)
    {
        if (outbound.SmartHost.Length > 0 && !IPAddress.TryParse(outbound.SmartHost, out _) && !DomainName.TryCanonicalize(outbound.SmartHost, out _))
            yield return $"Outbound:SmartHost: \"{outbound.SmartHost}\" is neither a host name nor an address; the port goes into Outbound:Port";
        if (RemoteCertificates.Problem(outbound) is { } problem)
            yield return problem;
        if (outbound.Port > IPEndPoint.MaxPort)
            yield return $"Outbound:Port: {outbound.Port} is not a port (1 to 65535)";
    }

    private static IEnumerable<string> Migration(MigrationOptions migration) =>
        migration.Authorities.Length > 0 && !File.Exists(migration.Authorities)
            ? [$"Migration:Authorities: there is no file {Path.GetFullPath(migration.Authorities)}"]
            : [];

    private static IEnumerable<string> Metrics(MetricsOptions metrics)
    {
        if (metrics.Otlp.Length > 0 && (!Uri.TryCreate(metrics.Otlp, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")))
            yield return $"Metrics:Otlp: \"{metrics.Otlp}\" is no address such as http://127.0.0.1:4317";
        if (metrics.TracesPercent is < 0 or > 100)
            yield return $"Metrics:TracesPercent: {metrics.TracesPercent} is not between 0 and 100";
    }

    private static IEnumerable<string> Logging(LoggingOptions logging)
    {
        if (LogLevels.TryParse(logging.Rooms, out _, out var problem))
            yield break;
        yield return $"Logging:Rooms: {problem}";
    }
}
