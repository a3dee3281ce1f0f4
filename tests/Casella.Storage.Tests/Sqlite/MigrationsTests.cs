using AwesomeAssertions;
using Casella.Storage.Sql;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Tests.Sqlite;

/// <summary>A new file and several who open it.</summary>
public sealed class MigrationsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("casella-migrations-").FullName;

    [Fact]
    public async Task Connections_that_open_a_new_file_at_once_make_its_tables_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var file = Path.Join(_folder, $"{round}.db");
            Database[] opened = [.. Enumerable.Range(0, 3).Select(_ => Database.OpenRebuildable(file, create: true))];
            using var together = new Barrier(opened.Length);

            await Task.WhenAll(opened.Select(database => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait(TestContext.Current.CancellationToken);
                    SearchSchema.Migrations.Run(database, file);
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            opened[0]["SELECT count(*) FROM texts"].Scalar().Should().Be(0);
            foreach (var database in opened)
                database.Dispose();
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
