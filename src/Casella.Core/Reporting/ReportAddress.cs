using Casella.Formats.Addresses;

namespace Casella.Core.Reporting;

/// <summary>
/// Where our domains get their reports: two addresses that every domain has without a mailbox (<c>casella dns</c> prints
/// them). Mail there that is a report is read by the server; anything else goes to postmaster.
/// </summary>
public static class ReportAddress
{
    public const string Dmarc = "dmarc-reports";
    public const string Tls = "tls-reports";

    public static bool Is(EmailAddress address) => address.WithoutDetail().LocalPart is Dmarc or Tls;
}
