using Casella.Core;
using Casella.Core.Notices;
using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>Part of the writer's view of its account: see <see cref="ICareRows"/>.</summary>
/// <param name="wrote">Told of each write that must be committed.</param>
internal sealed class CareRows(Database database, AccountId account, Action wrote) : ICareRows
{
    /// <summary>
    /// Alerts that wait for a commit. Lost with the connection: then a device is told once more than it need be.
    /// </summary>
    private readonly Dictionary<string, DateTimeOffset> _alerts = new(StringComparer.Ordinal);

    public void AddNotice(NoticeKind kind, DateTimeOffset at, string facts) => Run(
        database[CareStatements.InsertNotice].Bind(account.Value).Bind((long)kind).Bind(at.ToUnixTimeSeconds()).Bind(facts));

    public IReadOnlyList<NoticeRow> PendingNotices()
    {
        var notices = new List<NoticeRow>();
        var rows = database[CareStatements.PendingNotices].Bind(account.Value);
        while (rows.Step())
            notices.Add(new NoticeRow(rows.Long(0), (NoticeKind)rows.Long(1), DateTimeOffset.FromUnixTimeSeconds(rows.Long(2)), rows.Text(3)));
        return notices;
    }

    public void SetNoticeSent(long notice, DateTimeOffset at) => Run(
        database[CareStatements.SetNoticeSent].Bind(at.ToUnixTimeSeconds()).Bind(account.Value).Bind(notice));

    public DateTimeOffset? LastNotice(NoticeKind kind) =>
        Time(database[CareStatements.LastNotice].Bind(account.Value).Bind((long)kind));

    public void AddUsage(int day, long usedBytes) => Run(
        database[CareStatements.InsertUsage].Bind(account.Value).Bind(day).Bind(usedBytes));

    public IReadOnlyList<DailyUsage> Usage(int fromDay)
    {
        var usage = new List<DailyUsage>();
        var rows = database[CareStatements.Usage].Bind(account.Value).Bind(fromDay);
        while (rows.Step())
            usage.Add(new DailyUsage((int)rows.Long(0), rows.Long(1)));
        return usage;
    }

    public DateTimeOffset? LastAlert(string device) => _alerts.TryGetValue(device, out var waiting)
        ? waiting
        : Time(database[CareStatements.LastAlert].Bind(account.Value).Bind(device));

    public void SetAlertLazily(string device, DateTimeOffset at) => _alerts[device] = at;

    public DateTimeOffset? LastAnswer(string sender) =>
        Time(database[CareStatements.LastAnswer].Bind(account.Value).Bind(sender));

    public void SetAnswered(string sender, DateTimeOffset at) => Run(
        database[CareStatements.PutAnswer].Bind(account.Value).Bind(sender).Bind(at.ToUnixTimeSeconds()));

    public void Forget(CareLimits before)
    {
        Run(database[CareStatements.ForgetNotices].Bind(account.Value).Bind(before.Notices.ToUnixTimeSeconds()));
        Run(database[CareStatements.ForgetUsage].Bind(account.Value).Bind(before.UsageDay));
        Run(database[CareStatements.ForgetAlerts].Bind(account.Value).Bind(before.Alerts.ToUnixTimeSeconds()));
        Run(database[CareStatements.ForgetAnswers].Bind(account.Value).Bind(before.Answers.ToUnixTimeSeconds()));
    }

    /// <summary>Before a commit that is made anyway.</summary>
    public void WriteAlerts()
    {
        foreach (var (device, at) in _alerts)
            database[CareStatements.PutAlert].Bind(account.Value).Bind(device).Bind(at.ToUnixTimeSeconds()).Run();
        _alerts.Clear();
    }

    private void Run(Statement statement)
    {
        statement.Run();
        wrote();
    }

    private static DateTimeOffset? Time(Statement statement) =>
        statement.Scalar() is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
