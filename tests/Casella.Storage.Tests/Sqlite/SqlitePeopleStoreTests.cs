using Casella.Core.Storage;
using Casella.Storage.Sqlite;
using Casella.Storage.Tests.Contracts;

namespace Casella.Storage.Tests.Sqlite;

/// <summary>The contract over the directory's one SQLite file.</summary>
public sealed class SqlitePeopleStoreTests : PeopleStoreContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("casella-people-").FullName;
    private readonly DirectoryDatabase _database;

    public SqlitePeopleStoreTests()
    {
        _database = new DirectoryDatabase(new StorageFolder(_folder));
        (Accounts, Store) = (new SqliteDirectoryStore(_database), new SqlitePeopleStore(_database));
    }

    private protected override IDirectoryStore Accounts { get; }
    private protected override IPeopleStore Store { get; }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
