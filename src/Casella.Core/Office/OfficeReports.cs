using Casella.Core.Reporting;

namespace Casella.Core.Office;

/// <summary>What other servers tell of our domains: who sends in their name, and who cannot reach them safely.</summary>
public sealed class OfficeReports
{
    private const int ShownAtMost = 200;

    private readonly OfficeWork _work;

    internal OfficeReports(OfficeWork work) => _work = work;

    /// <summary>The newest first, without what is in them.</summary>
    /// <param name="domain">About this one, as somebody has typed it; null or empty for all.</param>
    public async Task<IReadOnlyList<ReceivedReport>> ListAsync(string? domain, CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeReports, cancellationToken);
        var about = string.IsNullOrWhiteSpace(domain) ? null : domain.Trim().ToLowerInvariant();
        if (reach.IsEverywhere || about is not null)
            return [.. (await _work.Parts.Reports.ListAsync(about, ShownAtMost, cancellationToken)).Where(report => Covers(reach, report))];
        var theirs = new List<ReceivedReport>();
        // Those of others must not crowd out theirs.
        foreach (var one in reach.Domains!)
            theirs.AddRange(await _work.Parts.Reports.ListAsync(one, ShownAtMost, cancellationToken));
        return [.. theirs.OrderByDescending(report => report.Id).Take(ShownAtMost)];
    }

    /// <summary>With all that is in it.</summary>
    /// <exception cref="MailException">NoPermission: there is none, or it is of another domain.</exception>
    public async Task<ReceivedReport> ShowAsync(long id, CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeReports, cancellationToken);
        return await _work.Parts.Reports.FindAsync(id, cancellationToken) is { } report && Covers(reach, report)
            ? report
            : throw OfficeSubject.OfServer("report").IsAbsent();
    }

    /// <summary>A report may be about a name below a domain of ours.</summary>
    private static bool Covers(OfficeReach reach, ReceivedReport report) => reach.IsEverywhere || reach.Domains!.Any(domain =>
        string.Equals(report.Domain, domain, StringComparison.Ordinal) || report.Domain.EndsWith($".{domain}", StringComparison.Ordinal));
}
