using Casella.Core.Storage;

namespace Casella.Core.Quota;

/// <summary>
/// When an account will be full, from what it used at the beginning of each day: the median of the slopes between any
/// two days (Theil and Sen), so that one large mail or one great clean-up does not decide. Days without a row are days
/// on which nothing was changed, so they had what the next row says.
/// </summary>
internal static class QuotaForecast
{
    public const int LooksBackDays = 30;

    /// <summary>Fewer days say nothing: a mailbox that is being filled for the first time is not a trend.</summary>
    private const int NeedsDays = 7;

    /// <summary>What is further away nobody needs to know, and nobody can.</summary>
    private const int AtMostDays = 730;

    public static int DayOf(DateTimeOffset time) => (int)(time.ToUnixTimeSeconds() / 86_400);

    /// <returns>Days; null when the use does not grow, or when nobody can say.</returns>
    public static int? DaysLeft(IMailTransaction transaction, DateTimeOffset now)
    {
        var account = transaction.Account;
        var today = DayOf(now);
        var usage = transaction.Care.Usage(today - LooksBackDays);
        return DaysLeft(new QuotaStatus(account.UsedBytes, account.QuotaLimit, account.UsedMessages), usage, today);
    }

    public static int? DaysLeft(QuotaStatus quota, IReadOnlyList<DailyUsage> usage, int today)
    {
        if (quota.Limit is not { } limit || usage.Count == 0 || today - usage[0].Day < NeedsDays)
            return null;
        var perDay = MedianSlope(Series(quota.Used, usage, today));
        if (perDay <= 0)
            return null;
        var days = Math.Max(0, limit - quota.Used) / perDay;
        return days <= AtMostDays ? (int)Math.Round(days) : null;
    }

    /// <summary>The use at the beginning of each day since the first row, and now.</summary>
    private static List<long> Series(long used, IReadOnlyList<DailyUsage> usage, int today)
    {
        var series = new List<long>();
        var next = 0;
        for (var day = usage[0].Day; day <= today; day++)
        {
            while (next < usage.Count && usage[next].Day < day)
                next++;
            series.Add(next < usage.Count ? usage[next].UsedBytes : used);
        }

        series.Add(used);
        return series;
    }

    private static double MedianSlope(List<long> series)
    {
        var slopes = new List<double>(series.Count * (series.Count - 1) / 2);
        for (var first = 0; first < series.Count; first++)
            for (var second = first + 1; second < series.Count; second++)
                slopes.Add((series[second] - series[first]) / (double)(second - first));
        slopes.Sort();
        var middle = slopes.Count / 2;
        return slopes.Count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
    }
}
