using Casella.Core.Changes;
using Casella.Core.Quota;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// Looks at each unit that has changed something, inside its transaction: writes down the day's use, and makes the
/// notices that the change is the cause of. Called by <see cref="AccountState"/> on the account's writer, so nothing in
/// it is locked. An ordinary change costs a few comparisons.
/// </summary>
/// <remarks>
/// What it remembers between units bears the ModSeq of the unit that it comes from. ModSeqs only rise, so a memory whose
/// ModSeq is not below the present unit's is one of a unit that was undone, and does not count.
/// </remarks>
internal sealed class AccountWatch(IReadOnlyDictionary<string, string> settings)
{
    private static readonly TimeSpan KeepsNotices = TimeSpan.FromDays(365);

    private readonly QuotaWarnings _quota = new(settings);
    private readonly DeletionBrake _brake = new();
    private (int Day, ModSeq By) _usage;

    public void Look(UnitOfWork unit)
    {
        // Nothing was changed.
        if (unit.Transaction.Account.ModSeq == unit.Before.ModSeq)
            return;
        KeepUsage(unit);
        if (unit.IsNotice)
            return;
        _quota.Look(unit);
        _brake.Look(unit);
    }

    private void KeepUsage(UnitOfWork unit)
    {
        var today = QuotaForecast.DayOf(unit.Now);
        if (_usage.Day == today && _usage.By < unit.Transaction.ModSeq)
            return;
        _usage = (today, unit.Transaction.ModSeq);
        unit.Transaction.Care.AddUsage(today, unit.Before.UsedBytes);
        unit.Transaction.Care.Forget(new CareLimits(
            unit.Now - KeepsNotices, today - QuotaForecast.LooksBackDays, unit.Now - QuotaAlert.Every, unit.Now - AccountCare.AnswersAgainAfter));
        unit.Transaction.Filters.ForgetRemembered(unit.Now);
    }
}
