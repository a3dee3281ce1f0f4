using Casella.Core.Backups;
using Casella.Server.Hosting;
using Casella.Server.Options;
using Casella.Storage;

namespace Casella.Server.Administration;

/// <summary>
/// Backups without a store: to look at a folder of them anywhere, and to restore into a data folder before anything is
/// opened there.
/// </summary>
internal sealed class OfflineBackups : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private OfflineBackups(ServiceProvider services) => _services = services;

    public MailBackups Backups => _services.GetRequiredService<MailBackups>();

    /// <param name="data">The data folder that a restore writes into.</param>
    public static OfflineBackups Open(CasellaOptions options, string data) => new(new ServiceCollection()
        .AddLogging(logging => LogSetup.Configure(logging, options.Logging with { Level = LogLevel.Warning }))
        .AddSingleton(TimeProvider.System)
        .AddCasellaStorage(options.Storage, data)
        .AddCasellaBackups()
        .BuildServiceProvider());

    /// <summary>As the dispatcher does for requests.</summary>
    /// <exception cref="CommandException"/>
    public static async Task<T> GuardAsync<T>(Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (BackupException failure)
        {
            throw new CommandException("Backup", failure.Message);
        }
    }

    /// <exception cref="CommandException"/>
    public static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (BackupException failure)
        {
            throw new CommandException("Backup", failure.Message);
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
