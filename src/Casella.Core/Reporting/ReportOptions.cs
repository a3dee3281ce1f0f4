namespace Casella.Core.Reporting;

/// <summary>
/// Reports that mail servers send each other once a day. Bound from <c>Reports</c>.
/// </summary>
public sealed record ReportOptions
{
    /// <summary>
    /// Tell domains that ask for it (DMARC, <c>rua</c>) which mail in their name has come here: counts, addresses of servers
    /// and results, nothing of the mail itself.
    /// </summary>
    public bool SendDmarc { get; init; } = true;

    /// <summary>Tell domains that ask for it (TLS-RPT) how the encrypted connections to their servers went.</summary>
    public bool SendTls { get; init; } = true;

    /// <summary>Reports of others about our domains that are kept for <c>casella reports</c>; the oldest go first.</summary>
    public int Kept { get; init; } = 5_000;
}
