using System.Globalization;
using Casella.Core.Messages;
using Casella.Core.Notices;

namespace Casella.Core.Quota;

/// <summary>
/// Makes a notice when the use of an account rises over a step, at most one a day. A step that is reached sooner is told
/// when the day is over; one that was left and reached again is news again. See <see cref="AccountWatch"/>.
/// </summary>
internal sealed class QuotaWarnings(IReadOnlyDictionary<string, string> settings)
{
    /// <summary>The step that was told last, kept in the account's settings: a restart does not repeat it.</summary>
    private const string ToldSetting = "quota-told";

    /// <summary>Percent.</summary>
    private static readonly int[] Steps = [95, 90, 80];

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    private int _committed = settings.TryGetValue(ToldSetting, out var told) ? int.Parse(told, CultureInfo.InvariantCulture) : 0;
    private (int Step, ModSeq By)? _latest;

    public void Look(UnitOfWork unit)
    {
        var account = unit.Transaction.Account;
        var step = StepOf(new QuotaStatus(account.UsedBytes, account.QuotaLimit, account.UsedMessages));
        var told = Told(unit.Transaction.ModSeq);
        if (step < told)
            Tell(unit, step);
        else if (step > told && account.UsedBytes > unit.Before.UsedBytes && IsTime(unit))
        {
            Tell(unit, step);
            var days = QuotaForecast.DaysLeft(unit.Transaction, unit.Now);
            unit.AddNotice(NoticeKind.Quota, new QuotaFacts(account.UsedBytes, account.QuotaLimit!.Value, days));
        }
    }

    /// <summary>80, 90, 95; 0 below.</summary>
    public static int StepOf(QuotaStatus quota)
    {
        foreach (var step in Steps)
            if (quota.Limit is > 0 and var limit && quota.Used >= limit / 100.0 * step)
                return step;
        return 0;
    }

    private int Told(ModSeq now)
    {
        if (_latest is not { } latest)
            return _committed;
        if (latest.By < now)
            _committed = latest.Step;
        _latest = null;
        return _committed;
    }

    private void Tell(UnitOfWork unit, int step)
    {
        _latest = (step, unit.Transaction.ModSeq);
        unit.Transaction.PutSetting(ToldSetting, step == 0 ? null : step.ToString(CultureInfo.InvariantCulture));
    }

    private static bool IsTime(UnitOfWork unit) =>
        unit.Transaction.Care.LastNotice(NoticeKind.Quota) is not { } last || unit.Now - last >= Every;
}
