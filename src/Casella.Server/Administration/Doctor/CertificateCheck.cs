using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Casella.Net.Tls;
using Casella.Server.Certificates;
using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Administration.Doctor;

/// <summary>The certificate: for our name, not over, and one that programs believe without being asked.</summary>
internal static class CertificateCheck
{
    private const string Check = "certificate";
    private const int AlarmDays = 14;

    public static Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var options = context.Services.GetRequiredService<CasellaOptions>();
        try
        {
            var running = context.Services.GetService<ServerCertificate>()?.Certificate;
            using var read = running is null ? Read(context, options) : null;
            return Task.FromResult<IReadOnlyList<DoctorFinding>>(
                (running ?? read) is { } certificate
                    ? Findings(certificate, options, context.Services.GetService<CertificateKeeper>()?.AuthorityFile is not null, context.Services.GetRequiredService<TimeProvider>().GetUtcNow())
                    : [DoctorFinding.Warning(Check, "There is no certificate yet.", "Start the server once: it makes one of its own, or uses Tls:Certificate.")]);
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<IReadOnlyList<DoctorFinding>>([DoctorFinding.Wrong(
                Check, $"The certificate cannot be read: {unusable.Message}", "See Tls:Certificate and Tls:Key: PEM files that the user who runs casella may read.")]);
        }
    }

    private static X509Certificate2? Read(AdminContext context, CasellaOptions options)
    {
        if (options.Tls.Certificate.Length > 0)
            return X509CertificateLoader.LoadCertificateFromFile(options.Tls.Certificate);
        if (options.Tls.Acme.IsOn && new AcmeFolder(context.Services.GetRequiredService<DataFolder>().Tls).Find(WantedCertificates.Server) is { } ordered)
            return ordered;
        var own = new LocalAuthority(context.Services.GetRequiredService<DataFolder>().Tls, TimeProvider.System).ServerFile;
        return File.Exists(own) ? X509CertificateLoader.LoadCertificateFromFile(own) : null;
    }

    private static List<DoctorFinding> Findings(X509Certificate2 certificate, CasellaOptions options, bool isOwn, DateTimeOffset now)
    {
        var findings = new List<DoctorFinding>();
        var until = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        var end = until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var renew = options.Tls.Certificate.Length > 0
            ? $"Have it renewed (certbot renew, or who gave it); casella takes the new {options.Tls.Certificate} by itself."
            : options.Tls.Acme.IsOn
                ? "casella certificate status says what hinders the authority; then: casella certificate renew"
                : "It is renewed by itself while the server runs; restart the server if it is not.";
        if (until <= now)
            findings.Add(DoctorFinding.Wrong(Check, $"The certificate ended on {end}: programs refuse to connect.", renew));
        else if (until - now < TimeSpan.FromDays(AlarmDays))
            findings.Add(DoctorFinding.Wrong(Check, $"The certificate ends on {end}.", renew));
        if (!certificate.MatchesHostname(options.HostName))
            findings.Add(DoctorFinding.Wrong(
                Check, $"The certificate is not for {options.HostName}: programs warn or refuse.", $"Set HostName to a name of the certificate, or have it made for {options.HostName} too."));
        if (options.Tls.Acme.IsOn && isOwn)
            findings.Add(DoctorFinding.Wrong(Check, "The authority has made no certificate yet.", "casella certificate status says what hinders it."));
        else if (options.Tls.Certificate.Length == 0 && !options.Tls.Acme.IsOn)
            findings.Add(DoctorFinding.Warning(
                Check, "The certificate is casella's own: programs ask whether to trust it.", "Set Tls:Certificate and Tls:Key to one that everybody trusts, or let casella fetch one, for example from Let's Encrypt (Tls:Acme)."));
        return findings.Count > 0 ? findings : [DoctorFinding.Ok(Check, $"For {options.HostName}, until {end}.")];
    }
}
