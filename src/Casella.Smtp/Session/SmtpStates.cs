namespace Casella.Smtp.Session;

/// <summary>Where a session is (RFC 5321 §4.1.4). A row of the table allows one or more.</summary>
[Flags]
internal enum SmtpStates
{
    /// <summary>No EHLO or HELO yet.</summary>
    Connected = 1,
    /// <summary>Ready for MAIL.</summary>
    Greeted = 2,
    /// <summary>MAIL was taken.</summary>
    HasSender = 4,
    /// <summary>At least one RCPT was taken.</summary>
    HasRecipients = 8,
    Any = Connected | Greeted | HasSender | HasRecipients,
}
