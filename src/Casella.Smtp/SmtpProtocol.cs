using Casella.Net.Connections;

namespace Casella.Smtp;

/// <summary>The SMTP room's door: one object for port 25, one for the submission ports.</summary>
public sealed class SmtpProtocol(SmtpRole role) : IMailProtocol
{
    public string Name => role is SmtpRole.Mx ? "smtp" : "submission";

    public ReadOnlyMemory<byte> Refusal(RefusalReason reason) => throw new NotImplementedException();

    public Task RunAsync(MailConnection connection, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>Whom a port serves.</summary>
public enum SmtpRole
{
    /// <summary>Other servers bring mail for our mailboxes (RFC 5321).</summary>
    Mx,
    /// <summary>Our users send mail (RFC 6409).</summary>
    Submission,
}
