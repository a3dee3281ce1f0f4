using Casella.Core.Storage;
using Casella.Storage.Backups;
using Casella.Storage.Blobs;
using Casella.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Storage;

public static class StorageRegistration
{
    /// <summary>
    /// Registers the store behind Core's ports, all of it below <paramref name="dataFolder"/>. A TimeProvider is
    /// registered by the server.
    /// </summary>
    public static IServiceCollection AddCasellaStorage(this IServiceCollection services, StorageOptions options, string dataFolder) => services
        .AddSingleton(options)
        .AddSingleton(new StorageFolder(dataFolder))
        .AddSingleton<IBlobStore>(provider => new FileBlobStore(
            Path.Join(dataFolder, "blobs"), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IMailStore, SqliteMailStore>()
        .AddSingleton<DirectoryDatabase>()
        .AddSingleton<IDirectoryStore, SqliteDirectoryStore>()
        .AddSingleton<IPeopleStore, SqlitePeopleStore>()
        .AddSingleton<IWebSessionStore, SqliteWebSessionStore>()
        .AddSingleton<IContactStore, SqliteContactStore>()
        .AddSingleton<IReminderStore, SqliteReminderStore>()
        .AddSingleton<IPushStore, SqlitePushStore>()
        .AddSingleton<ISecondFactorStore, SqliteSecondFactorStore>()
        .AddSingleton<IOfficeStore, SqliteOfficeStore>()
        .AddSingleton<IHookStore, SqliteHookStore>()
        .AddSingleton<ISendingStore, SqliteSendingStore>()
        .AddSingleton<IDomainKeyStore, SqliteDomainKeyStore>()
        .AddSingleton<SqliteQueueStore>()
        .AddSingleton<IQueueStore>(provider => provider.GetRequiredService<SqliteQueueStore>())
        .AddSingleton<ITraceStore, SqliteTraceStore>()
        .AddSingleton<IStsPolicyStore>(provider => provider.GetRequiredService<SqliteQueueStore>())
        .AddSingleton<IGreylistStore, SqliteGreylistStore>()
        .AddSingleton<IReportStore, SqliteReportStore>()
        .AddSingleton<IListStore, SqliteListStore>()
        .AddSingleton<ISpamStore, SqliteSpamStore>()
        .AddSingleton<IBackupStore, SqliteBackupStore>();
}
