using Casella.Core.Office;

namespace Casella.Web.Office;

/// <summary>What a record in DNS is for, by the name of its text.</summary>
internal static class RecordPurpose
{
    /// <summary>Null where there are no words for it.</summary>
    public static string? Of(DomainRecord record, string domain) => record switch
    {
        { Kind: "MX" } => "OfficeRecordMx",
        { Kind: "TLSA" } => "OfficeRecordTlsa",
        { Kind: "TXT" } when string.Equals(record.Name, domain, StringComparison.Ordinal) => "OfficeRecordSpf",
        { Kind: "TXT" } when record.Name.Contains("._domainkey.", StringComparison.Ordinal) => "OfficeRecordDkim",
        { Kind: "TXT" } when record.Name.StartsWith("_dmarc.", StringComparison.Ordinal) => "OfficeRecordDmarc",
        { Kind: "TXT" } when record.Name.StartsWith("_mta-sts.", StringComparison.Ordinal) => "OfficeRecordSts",
        { Kind: "TXT" } when record.Name.StartsWith("_smtp._tls.", StringComparison.Ordinal) => "OfficeRecordTlsRpt",
        { Kind: "CNAME" } when record.Name.StartsWith("mta-sts.", StringComparison.Ordinal) => "OfficeRecordStsHost",
        { Kind: "TXT" } when record.Name.StartsWith("_ua-auto-config.", StringComparison.Ordinal) => "OfficeRecordPacc",
        { Kind: "CNAME" } or { Kind: "SRV" } => "OfficeRecordPrograms",
        _ => null,
    };
}
