using Casella.Core.Reporting;
using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>Reports between mail servers in one database, DATA/reports.db.</summary>
internal sealed class SqliteReportStore(StorageFolder folder) : IReportStore, IAsyncDisposable
{
    private const string Columns = "id, kind, domain, reporter, report_id, proven, begin_at, end_at, arrived_at, total, failed";

    private readonly SharedDatabase _reports = new(Path.Join(folder.Root, "reports.db"), "reports", ReportSchema.Migrations);

    public Task AddAsync(IReadOnlyList<SightingRow> sightings, int atMost, CancellationToken cancellationToken) => _reports.RunAsync(
        database =>
        {
            foreach (var row in sightings)
                if (!Raise(database, row) && Room(database, row) < atMost)
                    database["INSERT INTO sightings(kind, day, domain, facts, count) VALUES(?,?,?,?,?)"]
                        .Bind((long)row.Kind).Bind(row.Day.DayNumber).Bind(row.Domain).Bind(row.Facts).Bind(row.Count).Run();
        },
        cancellationToken);

    public Task<IReadOnlyList<ReportDue>> DueAsync(DateOnly before, CancellationToken cancellationToken) =>
        _reports.RunAsync<IReadOnlyList<ReportDue>>(
            database =>
            {
                var due = new List<ReportDue>();
                var rows = database["SELECT DISTINCT kind, day, domain FROM sightings WHERE day<? ORDER BY day, domain, kind"].Bind(before.DayNumber);
                while (rows.Step())
                    due.Add(new ReportDue((ReportKind)rows.Long(0), DateOnly.FromDayNumber((int)rows.Long(1)), rows.Text(2)));
                return due;
            },
            cancellationToken);

    public Task<IReadOnlyList<SightingRow>> ReadAsync(ReportDue due, CancellationToken cancellationToken) =>
        _reports.RunAsync<IReadOnlyList<SightingRow>>(
            database =>
            {
                var found = new List<SightingRow>();
                var rows = database["SELECT facts, count FROM sightings WHERE kind=? AND day=? AND domain=? ORDER BY facts"]
                    .Bind((long)due.Kind).Bind(due.Day.DayNumber).Bind(due.Domain);
                while (rows.Step())
                    found.Add(new SightingRow(due.Kind, due.Day, due.Domain, rows.Text(0), rows.Long(1)));
                return found;
            },
            cancellationToken);

    public Task ForgetAsync(ReportDue due, CancellationToken cancellationToken) => _reports.RunAsync(
        database =>
        {
            database["DELETE FROM sightings WHERE kind=? AND day=? AND domain=?"]
                .Bind((long)due.Kind).Bind(due.Day.DayNumber).Bind(due.Domain).Run();
        },
        cancellationToken);

    public Task<bool> KeepAsync(ReceivedReportRow report, int atMost, CancellationToken cancellationToken) => _reports.RunAsync(
        database =>
        {
            var isNew = database["""
                INSERT INTO received(kind, domain, reporter, report_id, proven, begin_at, end_at, arrived_at, total, failed, content)
                VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING
                """]
                .Bind((long)report.Kind).Bind(report.Domain).Bind(report.Reporter).Bind(report.ReportId).Bind(report.IsProven ? 1L : 0L)
                .Bind(report.Begin.ToUnixTimeSeconds()).Bind(report.End.ToUnixTimeSeconds()).Bind(report.ArrivedAt.ToUnixTimeSeconds())
                .Bind(report.Total).Bind(report.Failed).Bind(report.Content.Span).Run() > 0;
            database["DELETE FROM received WHERE id <= (SELECT max(id) FROM received)-?"].Bind(atMost).Run();
            return isNew;
        },
        cancellationToken);

    public Task<IReadOnlyList<ReceivedReportRow>> ListAsync(string? domain, int atMost, CancellationToken cancellationToken) =>
        _reports.RunAsync<IReadOnlyList<ReceivedReportRow>>(
            database =>
            {
                var found = new List<ReceivedReportRow>();
                var rows = database[$"SELECT {Columns} FROM received WHERE ?1 IS NULL OR domain=?1 ORDER BY id DESC LIMIT ?2"].Bind(domain).Bind(atMost);
                while (rows.Step())
                    found.Add(Row(rows, default));
                return found;
            },
            cancellationToken);

    public Task<ReceivedReportRow?> FindAsync(long id, CancellationToken cancellationToken) => _reports.RunAsync(
        database =>
        {
            var rows = database[$"SELECT {Columns}, content FROM received WHERE id=?"].Bind(id);
            var found = rows.Step() ? Row(rows, rows.Blob(11)) : null;
            rows.Reset();
            return found;
        },
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        _reports.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool Raise(Database database, SightingRow row) =>
        database["UPDATE sightings SET count=count+? WHERE kind=? AND day=? AND domain=? AND facts=?"]
            .Bind(row.Count).Bind((long)row.Kind).Bind(row.Day.DayNumber).Bind(row.Domain).Bind(row.Facts).Run() > 0;

    private static long Room(Database database, SightingRow row) =>
        database["SELECT count(*) FROM sightings WHERE kind=? AND day=? AND domain=?"]
            .Bind((long)row.Kind).Bind(row.Day.DayNumber).Bind(row.Domain).Scalar() ?? 0;

    private static ReceivedReportRow Row(Statement row, ReadOnlyMemory<byte> content) => new(
        row.Long(0), (ReportKind)row.Long(1), row.Text(2), row.Text(3), row.Text(4), row.Long(5) != 0, DateTimeOffset.FromUnixTimeSeconds(row.Long(6)),
        DateTimeOffset.FromUnixTimeSeconds(row.Long(7)), DateTimeOffset.FromUnixTimeSeconds(row.Long(8)), row.Long(9), row.Long(10), content);
}
