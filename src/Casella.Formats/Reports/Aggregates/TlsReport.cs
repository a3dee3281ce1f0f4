namespace Casella.Formats.Reports.Aggregates;

/// <summary>
/// How sure one server's connections to a domain's servers were, on one day (RFC 8460 §4). Composed and read by
/// <see cref="TlsReportJson"/>.
/// </summary>
public sealed record TlsReport(ReportSource Source, IReadOnlyList<TlsPolicyResult> Policies)
{
    public long Sessions => Policies.Sum(policy => policy.Successes + policy.Failures);
    public long Failures => Policies.Sum(policy => policy.Failures);
}

public sealed record TlsPolicyResult(TlsAppliedPolicy Policy, long Successes, long Failures, IReadOnlyList<TlsFailureCount> Details);

/// <param name="Kind">"sts", "tlsa" or "no-policy-found".</param>
/// <param name="Lines">The policy's lines, or its TLSA records.</param>
/// <param name="Domain">The domain that mail was for.</param>
/// <param name="Exchangers">Patterns of an MTA-STS policy.</param>
public sealed record TlsAppliedPolicy(string Kind, IReadOnlyList<string> Lines, string Domain, IReadOnlyList<string> Exchangers);

/// <param name="Count">Sessions.</param>
public sealed record TlsFailureCount(TlsFailure Failure, long Count);

/// <summary>Why a session was not as sure as it should be.</summary>
/// <param name="Result">A word of RFC 8460 §4.3.</param>
/// <param name="Exchanger">The server's name in MX.</param>
/// <param name="Hello">Its name in its greeting; empty when it said none.</param>
/// <param name="Address">Its address; empty when none was reached.</param>
/// <param name="Reason">More words, or empty.</param>
public sealed record TlsFailure(string Result, string Exchanger, string Hello, string Address, string Reason);

/// <summary>The words of RFC 8460 §4.3 that this server uses.</summary>
public static class TlsResultTypes
{
    public const string NoStartTls = "starttls-not-supported";
    public const string WrongName = "certificate-host-mismatch";
    public const string Expired = "certificate-expired";
    public const string Untrusted = "certificate-not-trusted";
    public const string Failed = "validation-failure";
    public const string WrongTlsa = "tlsa-invalid";
    public const string NoDnssec = "dnssec-invalid";
    public const string PolicyNotFetched = "sts-policy-fetch-error";
    public const string PolicyUnreadable = "sts-policy-invalid";
    public const string PolicyUntrusted = "sts-webpki-invalid";
}
