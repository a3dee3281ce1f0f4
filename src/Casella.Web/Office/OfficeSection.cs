using Casella.Core.Office;

namespace Casella.Web.Office;

/// <summary>A place of the office that stands in its menu, for who may go there.</summary>
/// <param name="Name">Its text is "OfficeSection" and this.</param>
internal sealed record OfficeSection(string Name, string Path, string Icon, OfficeAct Purpose)
{
    public static IReadOnlyList<OfficeSection> All { get; } =
    [
        new("Overview", "/office", "gauge", OfficeAct.SeeOverview),
        new("Mailboxes", "/office/mailboxes", "inbox", OfficeAct.SeeMailboxes),
        new("People", "/office/people", "people", OfficeAct.SeePeople),
        new("Aliases", "/office/addresses", "forward", OfficeAct.SeeAliases),
        new("Lists", "/office/lists", "people", OfficeAct.SeeLists),
        new("Domains", "/office/domains", "globe", OfficeAct.SeeDomains),
        new("Mail", "/office/mail", "sent", OfficeAct.TraceMail),
        new("Reports", "/office/reports", "chart", OfficeAct.SeeReports),
        new("Spam", "/office/spam", "spam", OfficeAct.SeeSpam),
        new("Backups", "/office/backups", "copy", OfficeAct.SeeBackups),
        new("Journal", "/office/journal", "history", OfficeAct.SeeJournal),
        new("Staff", "/office/staff", "key", OfficeAct.SeeTokens),
    ];
}
