using Casella.Formats.Reports.Aggregates;

namespace Casella.Core.Reporting;

/// <summary>A message whose author's domain wants to know what comes in its name. Noted by SMTP's checks.</summary>
public sealed record DmarcSighting(DmarcPublishedPolicy Policy, DmarcFacts Facts);

/// <summary>A connection to a domain's server. Noted by SMTP's way out.</summary>
/// <param name="Failure">Null when it was as sure as the policy wants.</param>
public sealed record TlsSighting(TlsAppliedPolicy Policy, TlsFailure? Failure);
