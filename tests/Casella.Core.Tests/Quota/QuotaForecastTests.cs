using Casella.Core.Quota;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Quota;

public sealed class QuotaForecastTests
{
    private const int Today = 20_000;
    private const long Mega = 1L << 20;

    /// <summary>Use at the beginning of days (ago, MB), use now, limit → days left.</summary>
    public static TheoryData<string, (int Ago, long Used)[], long, long?, int?> Table => new()
    {
        { "grows by 10 MB a day", Days(30, ago => 500 - (10 * ago)), 510, 1_000, 49 },
        { "the same, seen for a week only", Days(7, ago => 500 - (10 * ago)), 510, 1_000, 49 },
        { "six days say nothing", Days(6, ago => 500 - (10 * ago)), 510, 1_000, null },
        { "no rows at all", [], 510, 1_000, null },
        { "shrinks", Days(30, ago => 500 + (10 * ago)), 490, 1_000, null },
        { "stays", Days(30, _ => 500), 500, 1_000, null },
        { "no limit", Days(30, ago => 500 - (10 * ago)), 510, null, null },
        { "one great import is no trend", Days(30, ago => ago > 20 ? 100 : 500), 500, 1_000, null },
        { "one great clean-up hides no trend", Days(30, ago => (ago > 10 ? 600 : 300) - (10 * ago)), 310, 1_000, 69 },
        { "in three years nobody knows", Days(30, ago => 500 - (ago / 2)), 500, 1_000, null },
        { "is full", Days(30, ago => 1_000 - (10 * ago)), 1_010, 1_000, 0 },
        // Nothing was changed on the days between: each had what the next row says, so it grew in two steps.
        { "rows of three days only", [(20, 400), (10, 500), (0, 600)], 610, 1_000, 58 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Days_left(string what, (int Ago, long Used)[] usage, long now, long? limit, int? days)
    {
        var status = new QuotaStatus(now * Mega, limit * Mega, Messages: 1);

        QuotaForecast.DaysLeft(status, [.. usage.Select(row => new DailyUsage(Today - row.Ago, row.Used * Mega))], Today).Should().Be(days, what);
    }

    private static (int Ago, long Used)[] Days(int ago, Func<int, long> used) =>
        [.. Enumerable.Range(0, ago + 1).Reverse().Select(day => (day, used(day)))];
}
