using Casella.Core.Archives;
using Casella.Core.Backups;
using Casella.Core.Directory;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Net.Dns;
using Casella.Server.Options;
using Casella.Storage;

namespace Casella.Server.Hosting;

/// <summary>
/// The rooms below the protocols: what the server and a command that opens the store itself have in common.
/// </summary>
internal static class StoreServices
{
    public static IServiceCollection AddStore(this IServiceCollection services, CasellaOptions options, DataFolder folder) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(folder)
        .AddSingleton(options)
        .AddSingleton<IDnsResolver>(_ => new NetworkDnsResolver(options.Dns))
        .AddCasellaStorage(options.Storage, folder.Root)
        .AddCasellaQueue(options.Queue)
        .AddCasellaReporting(options.Reports)
        .AddSingleton(new DiskFloor(options.Limits.MinimumFreeDisk))
        .AddCasellaMessages(options.Mailboxes, new StagingOptions(folder.Staging))
        .AddCasellaDirectory(options.Limits.SignIn)
        .AddCasellaLists()
        .AddCasellaOffice()
        .AddCasellaBackups()
        .AddCasellaArchives();
}
