using Casella.Net.Connections;

namespace Casella.Server.Hosting;

/// <summary>What the services are called and how they are encrypted.</summary>
internal static class ServiceNames
{
    public static string Of(Service service) => service switch
    {
        Service.Smtp => "SMTP (mail from other servers)",
        Service.Submission => "SMTP submission",
        Service.Submissions => "SMTP submission",
        Service.Imap => "IMAP",
        Service.Imaps => "IMAP",
        Service.Pop3 => "POP3",
        Service.Pop3s => "POP3",
        Service.ManageSieve => "ManageSieve (filters)",
        Service.Http => "Webmail",
        Service.Https => "Webmail",
        Service.Metrics => "Metrics (Prometheus)",
    };

    /// <summary>In the log: "imaps".</summary>
    public static string Short(Service service) => service.ToString().ToLowerInvariant();

    public static TlsMode Tls(Service service) => service switch
    {
        Service.Submissions or Service.Imaps or Service.Pop3s or Service.Https => TlsMode.Implicit,
        Service.Smtp or Service.Submission or Service.Imap or Service.Pop3 or Service.ManageSieve or Service.Http or Service.Metrics => TlsMode.StartTls,
    };

    /// <summary>The others are for mail programs.</summary>
    public static bool IsWeb(Service service) => service is Service.Http or Service.Https;

    /// <summary>In the words of mail programs' settings.</summary>
    public static string Encryption(Service service) => service switch
    {
        Service.Http => "none (leads to HTTPS)",
        Service.Metrics => "none",
        _ => Tls(service) == TlsMode.Implicit ? "SSL/TLS" : "STARTTLS",
    };
}
