namespace Casella.Formats.Reports.Aggregates;

/// <summary>
/// What one server saw of the mail that a domain is named as author of, on one day (RFC 7489 §7.2). Composed and read by
/// <see cref="DmarcReportXml"/>.
/// </summary>
/// <param name="Rows">The same facts about several messages are one row.</param>
public sealed record DmarcReport(ReportSource Source, DmarcPublishedPolicy Policy, IReadOnlyList<DmarcReportRow> Rows)
{
    public long Messages => Rows.Sum(row => row.Count);

    /// <summary>Of those, what neither SPF nor DKIM proved to be the domain's own.</summary>
    public long Unproven => Rows.Where(row => !row.Facts.IsProven).Sum(row => row.Count);
}

/// <summary>Who reports, on which time.</summary>
/// <param name="Organization">As it calls itself.</param>
/// <param name="Contact">A mail address; empty when there is none.</param>
/// <param name="End">Not in it any more.</param>
public sealed record ReportSource(string Organization, string Contact, string ReportId, DateTimeOffset Begin, DateTimeOffset End);

/// <summary>The policy as it was found in DNS; the words are those of the record.</summary>
/// <param name="Domain">Where it was found.</param>
/// <param name="DkimAlignment">"r" or "s".</param>
/// <param name="SpfAlignment">"r" or "s".</param>
public sealed record DmarcPublishedPolicy(string Domain, string DkimAlignment, string SpfAlignment, string Policy, string Subdomains, int Percent);

/// <param name="Count">Messages.</param>
public sealed record DmarcReportRow(DmarcFacts Facts, long Count);

/// <summary>What was found out about a message; words as in RFC 7489 Appendix C.</summary>
/// <param name="Client">The address that brought it.</param>
/// <param name="Disposition">"none", "quarantine" or "reject": what was done.</param>
/// <param name="IsDkimAligned">A signature of the author's domain holds.</param>
/// <param name="Reason">Why it was not what the policy says: "local_policy", "sampled_out", …; null when it was.</param>
/// <param name="EnvelopeFrom">The domain of MAIL FROM; empty for &lt;&gt;.</param>
/// <param name="HeaderFrom">The domain that the reader sees.</param>
public sealed record DmarcFacts(
    string Client, string Disposition, bool IsDkimAligned, bool IsSpfAligned, string? Reason, string EnvelopeFrom, string HeaderFrom,
    IReadOnlyList<DkimFacts> Dkim, SpfFactsLine? Spf)
{
    public bool IsProven => IsDkimAligned || IsSpfAligned;
}

/// <param name="Result">The word of RFC 8601.</param>
public sealed record DkimFacts(string Domain, string Selector, string Result);

/// <param name="Scope">"mfrom" or "helo".</param>
public sealed record SpfFactsLine(string Domain, string Scope, string Result);
