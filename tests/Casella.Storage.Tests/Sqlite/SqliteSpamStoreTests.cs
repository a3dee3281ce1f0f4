using Casella.Core.Storage;
using Casella.Storage.Sqlite;
using Casella.Storage.Tests.Contracts;

namespace Casella.Storage.Tests.Sqlite;

/// <summary>The contract on SQLite.</summary>
public sealed class SqliteSpamStoreTests : SpamStoreContract
{
    private readonly string _folder = Path.Join(Path.GetTempPath(), $"casella-spam-{Guid.NewGuid():N}");

    private protected override ISpamStore Open() => new SqliteSpamStore(new StorageFolder(_folder));

    private protected override async ValueTask CloseAsync()
    {
        await ((SqliteSpamStore)Store).DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
