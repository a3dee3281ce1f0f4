using Casella.Core.Storage;
using Casella.Storage.Blobs;
using Casella.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Storage;

public static class StorageRegistration
{
    /// <summary>Registers the store behind Core's ports. A TimeProvider is registered by the server.</summary>
    public static IServiceCollection AddCasellaStorage(this IServiceCollection services, StorageOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IBlobStore>(provider => new FileBlobStore(
            Path.Join(options.DataFolder, "blobs"), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IMailStore, SqliteMailStore>()
        .AddSingleton<IDirectoryStore, SqliteDirectoryStore>();
}
