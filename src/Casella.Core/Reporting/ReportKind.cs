namespace Casella.Core.Reporting;

/// <summary>The numbers stand in the store.</summary>
public enum ReportKind
{
    /// <summary>Whether mail was what its author's domain proves (RFC 7489 §7.2).</summary>
    Dmarc = 0,

    /// <summary>How sure the connections to a domain's servers were (RFC 8460).</summary>
    Tls = 1,
}
