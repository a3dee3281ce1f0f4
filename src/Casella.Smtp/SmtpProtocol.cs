using System.Text;
using Casella.Net.Connections;
using Casella.Smtp.Session;

namespace Casella.Smtp;

/// <summary>The SMTP room's door: one object for port 25, one for the submission ports.</summary>
public sealed class SmtpProtocol(SmtpRole role, SmtpServices services) : IMailProtocol
{
    public string Name => role is SmtpRole.Mx ? "smtp" : "submission";

    /// <summary>RFC 5321 §3.8: 421, and the sender's server tries again.</summary>
    public ReadOnlyMemory<byte> Refusal(RefusalReason reason) => Encoding.ASCII.GetBytes(reason switch
    {
        RefusalReason.TooManyConnections => $"421 4.3.2 {services.HostName} has too many connections, try again later\r\n",
        RefusalReason.TooManyFromAddress => $"421 4.7.0 {services.HostName} has too many connections from your address, close some first\r\n",
        RefusalReason.ShuttingDown => $"421 4.3.2 {services.HostName} is stopping, try again in a minute\r\n",
    });

    public Task RunAsync(MailConnection connection, CancellationToken cancellationToken) =>
        new SmtpSession(connection, role, services).RunAsync(cancellationToken);
}

/// <summary>Whom a port serves.</summary>
public enum SmtpRole
{
    /// <summary>Other servers bring mail for our mailboxes (RFC 5321).</summary>
    Mx,
    /// <summary>Our users send mail (RFC 6409).</summary>
    Submission,
}
