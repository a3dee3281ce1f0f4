using Casella.Core.Backups;
using Casella.Core.Directory;
using Casella.Core.Tracing;

namespace Casella.Core.Office;

/// <summary>What whoever comes in the morning wants to know first.</summary>
public sealed class OfficeOverview
{
    /// <summary>A mailbox that will be full within so many days is named.</summary>
    public const int SoonDays = 30;

    /// <summary>So is one that is as full as this, whether it grows or not.</summary>
    public const int FullPercent = 80;

    private const int ChartDays = 14;

    private readonly OfficeWork _work;

    internal OfficeOverview(OfficeWork work) => _work = work;

    public async Task<OverviewFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeOverview, cancellationToken);
        var parts = _work.Parts;
        var accounts = (await parts.Directory.AccountsAsync(cancellationToken)).Where(one => one.State is AccountState.Active && reach.Covers(one.Address.Domain)).ToList();
        var levels = await parts.Survey.LevelsAsync(accounts, cancellationToken);
        var queue = (await parts.Queue.ListAsync(cancellationToken)).Where(message => reach.Covers(message.ReversePath?.Domain)).ToList();
        return new OverviewFacts(accounts.Count, levels)
        {
            Failing = await FailingAsync(accounts, cancellationToken),
            TrialsSince = parts.SignIns.KnowsOnlySince,
            Waiting = queue.Count,
            WaitingSince = queue.Count > 0 ? queue.Min(message => message.QueuedAt) : null,
            Sessions = parts.Sessions.List().Count(session => reach.Covers(session.Who.Address.Domain)),
            // The machine's own are not a domain operator's.
            LastBackup = reach.IsEverywhere ? parts.Backups.Last() : null,
            Certificate = reach.IsEverywhere ? parts.Server?.Certificate() : null,
            Sent = reach.IsEverywhere ? await parts.Traces.DaysAsync(ChartDays, cancellationToken) : [],
            IsWholeServer = reach.IsEverywhere,
        };
    }

    /// <summary>Those that need help first, then those whose last sign-in of this hour was refused.</summary>
    private async Task<IReadOnlyList<FailingDevice>> FailingAsync(IReadOnlyList<AccountEntry> accounts, CancellationToken cancellationToken)
    {
        var addresses = accounts.Select(account => account.Address.ToString()).ToHashSet(StringComparer.Ordinal);
        var failing = (await _work.Parts.Failing.ListAsync(cancellationToken)).Where(one => addresses.Contains(one.Address)).ToList();
        var recent =
            from account in accounts
            from trials in _work.Parts.SignIns.Recent(account.Address).GroupBy(trial => trial.Device)
            let last = trials.First()
            where last.Outcome is not SignInOutcome.Accepted
                && !failing.Exists(one => one.Last.Device == last.Device && string.Equals(one.Address, account.Address.ToString(), StringComparison.Ordinal))
            orderby last.At descending
            select new FailingDevice(account.Address.ToString(), last, trials.TakeWhile(trial => trial.Outcome is not SignInOutcome.Accepted).Count());
        return [.. failing, .. recent];
    }
}

/// <param name="Levels">Of all mailboxes, the fullest first.</param>
public sealed record OverviewFacts(int Mailboxes, IReadOnlyList<MailboxLevel> Levels)
{
    public IEnumerable<MailboxLevel> Filling => Levels.Where(level =>
        level.FullInDays <= OfficeOverview.SoonDays || level.Percent >= OfficeOverview.FullPercent);

    public IReadOnlyList<FailingDevice> Failing { get; init; } = [];

    /// <summary>
    /// Sign-ins of before are not known, for the server has started within the hour; devices that fail for longer are. Null
    /// where nothing of the hour is missing.
    /// </summary>
    public DateTimeOffset? TrialsSince { get; init; }
    public int Waiting { get; init; }
    public DateTimeOffset? WaitingSince { get; init; }
    public int Sessions { get; init; }
    public LastBackup? LastBackup { get; init; }
    public CertificateFacts? Certificate { get; init; }

    /// <summary>Of the last days, the oldest first, none left out.</summary>
    public IReadOnlyList<SentDay> Sent { get; init; } = [];
    public bool IsWholeServer { get; init; }
}
