using System.Net;
using Casella.Core.Delivery;
using Casella.Core.Reporting;
using Casella.Formats.Addresses;

namespace Casella.Smtp.Inbound;

/// <summary>The client of a connection as it has introduced itself.</summary>
/// <param name="Address">Never an IPv4 address in IPv6's clothes.</param>
/// <param name="Local">Ours.</param>
/// <param name="Hello">EHLO or HELO as it was said.</param>
internal sealed record ClientFacts(IPAddress Address, IPAddress Local, string Hello);

/// <summary>
/// What can be asked as soon as MAIL was said: the questions are under way while the client goes on, and RCPT and DATA
/// wait for the answers.
/// </summary>
/// <param name="SpfDomain">The domain that SPF is asked about: the reverse-path's, or HELO's where there is none.</param>
internal sealed record SenderCheck(
    ClientFacts Client, EmailAddress? ReversePath, bool IsTrusted, string SpfDomain, Task<ReverseName> Name, Task<SpfAnswer> Spf, Task<IReadOnlyList<string>> Lists);

/// <summary>What the checks of a whole message have come to.</summary>
/// <param name="Refusal">Null when the message is taken.</param>
internal sealed record MessageAnswer(AuthenticationVerdict Verdict, Syntax.SmtpReply? Refusal)
{
    /// <summary>What the author's domain is told in its next report; null when it has not asked.</summary>
    public DmarcSighting? Sighting { get; init; }
}
