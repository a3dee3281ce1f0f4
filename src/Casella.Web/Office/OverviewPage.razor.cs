using Casella.Core.Office;

namespace Casella.Web.Office;

/// <summary>What whoever comes in the morning wants to know first. What DNS says comes when it has answered.</summary>
public sealed partial class OverviewPage
{
    private const int ShownAtMost = 8;

    /// <summary>Domains that are asked for here; who has more looks at each.</summary>
    private const int AskedAtMost = 10;

    private readonly Dictionary<string, DomainRecords?> _domains = new(StringComparer.Ordinal);
    private OverviewFacts? _facts;

    protected override OfficeAct Purpose => OfficeAct.SeeOverview;

    private bool BackupIsOld => _facts?.LastBackup is not { } last || last.FinishedAt < Now.AddDays(-3);
    private string BackupWords => _facts?.LastBackup is { } last ? Words.ShortTime(last.FinishedAt, Now, Zone) : Words["OfficeBackupNever"];

    private IReadOnlyList<ChartBar> Largest =>
    [
        .. (_facts?.Levels ?? []).OrderByDescending(level => level.Used).Take(ShownAtMost)
            .Select(level => new ChartBar(level.Address, level.Used, Words.Size(level.Used), $"/office/mailboxes/{level.Address}")),
    ];

    protected override async Task LoadAsync()
    {
        _facts = await Door.Overview.ReadAsync(Closing);
        if (!RendererInfo.IsInteractive || !May(OfficeAct.SeeDomains))
            return;
        foreach (var domain in (await Door.Domains.ListAsync(Closing)).Take(AskedAtMost))
            _domains[domain.Name] = null;
        _ = AskAsync();
    }

    /// <summary>Name servers may take their time; the page does not wait for them.</summary>
    private async Task AskAsync()
    {
        foreach (var domain in _domains.Keys.ToList())
        {
            try
            {
                _domains[domain] = await Door.Domains.RecordsAsync(domain, check: true, Closing);
                await InvokeAsync(StateHasChanged);
            }
            catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException or Core.MailException)
            {
                // The page is closed, or the domain was just removed.
                return;
            }
        }
    }

    private string DnsWords(DomainRecords? records)
    {
        if (records is null)
            return Words["OfficeDnsAsking"];
        var wrong = records.Records.Where(record => record.State is DomainRecordState.Missing or DomainRecordState.Different).ToList();
        return records.Records.All(record => record.State is DomainRecordState.Silent) ? Words["OfficeDnsSilent"]
            : wrong.Count == 0 ? Words["OfficeDnsWell"]
            : Words.Count("OfficeDnsWrong", wrong.Count);
    }
}
