using System.Collections.Concurrent;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;

namespace Casella.Core.Office;

/// <summary>
/// How full the mailboxes are. Each has its own file, so what is looked up is kept for a minute: an overview that is
/// open on three desks must not open a thousand files for each.
/// </summary>
internal sealed class OfficeSurvey(MailAccounts accounts, TimeProvider time)
{
    private static readonly TimeSpan Keeps = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<AccountId, (DateTimeOffset At, MailboxLevel Level)> _levels = new();

    /// <summary>The fullest first.</summary>
    public async Task<IReadOnlyList<MailboxLevel>> LevelsAsync(IReadOnlyList<AccountEntry> entries, CancellationToken cancellationToken)
    {
        var levels = new List<MailboxLevel>(entries.Count);
        foreach (var entry in entries)
            if (await LevelAsync(entry, cancellationToken) is { } level)
                levels.Add(level);
        return [.. levels.OrderBy(level => level.FullInDays ?? int.MaxValue).ThenByDescending(level => level.Percent ?? 0).ThenByDescending(level => level.Used)];
    }

    private async Task<MailboxLevel?> LevelAsync(AccountEntry entry, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_levels.TryGetValue(entry.Id, out var kept) && now - kept.At < Keeps)
            return kept.Level;
        try
        {
            var mail = await accounts.OpenAsync(entry.Id, Actor.Administrator, cancellationToken);
            var quota = await mail.GetQuotaAsync(cancellationToken);
            var level = new MailboxLevel(entry.Address.ToString(), quota.Used, quota.Limit, await mail.Care.ForecastAsync(cancellationToken));
            _levels[entry.Id] = (now, level);
            return level;
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchAddress)
        {
            return null;
        }
    }
}

/// <param name="Used">Bytes.</param>
/// <param name="Limit">Null for none.</param>
/// <param name="FullInDays">Null when it does not grow or nobody can say.</param>
public sealed record MailboxLevel(string Address, long Used, long? Limit, int? FullInDays)
{
    public int? Percent => Limit is > 0 and var limit ? (int)Math.Min(100, 100 * Used / limit) : null;
}
