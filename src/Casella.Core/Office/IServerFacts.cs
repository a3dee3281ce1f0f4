namespace Casella.Core.Office;

/// <summary>What only the running server knows, for the office to show: asked of the room that wires the others.</summary>
public interface IServerFacts
{
    /// <summary>Everything that DNS must say of a domain of ours, and with a check what it says.</summary>
    /// <param name="domain">Canonical.</param>
    Task<DomainRecords> RecordsAsync(string domain, bool check, CancellationToken cancellationToken);

    /// <summary>Null when there is no certificate, because there is no TLS.</summary>
    CertificateFacts? Certificate();
}

/// <param name="StsPolicy">The text of https://mta-sts.domain/.well-known/mta-sts.txt.</param>
public sealed record DomainRecords(string Domain, string StsPolicy, IReadOnlyList<DomainRecord> Records);

/// <param name="Kind">"MX", "TXT".</param>
/// <param name="Line">As a zone file has it.</param>
/// <param name="State">Null when it was not looked.</param>
/// <param name="There">What is there instead.</param>
public sealed record DomainRecord(string Name, string Kind, string Value, string Line, DomainRecordState? State, string? There)
{
    /// <summary>What it is for, in English.</summary>
    public string Why { get; init; } = "";
}

public enum DomainRecordState
{
    Ok,
    Missing,
    Different,

    /// <summary>No name server answers.</summary>
    Silent,
}

/// <param name="IsPublic">Signed by an authority that programs know.</param>
public sealed record CertificateFacts(string HostName, DateTimeOffset Until, bool IsPublic);
