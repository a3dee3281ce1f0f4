using Casella.Core.Messages.Searching;
using Casella.Core.Notices;
using Casella.Core.Storage;
using Casella.Core.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

public static class MessagesRegistration
{
    /// <summary>
    /// Registers <see cref="MailAccounts"/>, <see cref="MessageStaging"/>, the full-text indexes, the hourly tidying, the
    /// end of forgotten work, what was put off, and the delivery of notices. Needs the storage room, a TimeProvider and logging.
    /// </summary>
    public static IServiceCollection AddCasellaMessages(
        this IServiceCollection services, MessageOptions options, StagingOptions staging) => services
        .AddSingleton(options)
        .AddSingleton(staging)
        .AddSingleton<MessageStaging>()
        .AddDiskRoom()
        .AddSingleton(provider => new MailAccounts(
            new StoresOfMail(
                provider.GetRequiredService<IMailStore>(), provider.GetRequiredService<IDirectoryStore>(),
                provider.GetRequiredService<IPeopleStore>()),
            provider.GetRequiredService<MessageIndexing>(), options, provider.GetRequiredService<DiskRoom>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new MessageIndexing(provider.GetRequiredService<IMailStore>()))
        .AddSingleton<IHostedService, IndexRunner>()
        .AddSingleton(provider => new WorkClock(
            provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WorkClock>>()))
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<WorkClock>())
        .AddSingleton(provider => new Reminders(
            provider.GetRequiredService<IReminderStore>(), provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Reminders>>()))
        .AddSingleton<IHostedService, ReminderClock>()
        .AddSingleton(provider => new NoticeRunner(
            provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<IPeopleStore>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<NoticeRunner>>()))
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<NoticeRunner>())
        .AddSingleton<IHostedService>(provider => new ExpiringFolders(
            provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<IDirectoryStore>(), options,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ExpiringFolders>>()))
        .AddSingleton<IHostedService, Retention>();

    /// <summary>The floor and the probe may have been registered before: the server's limit, a test's disk.</summary>
    private static IServiceCollection AddDiskRoom(this IServiceCollection services)
    {
        services.TryAddSingleton(new DiskFloor());
        services.TryAddSingleton<IFreeDisk>(provider => new DriveFreeDisk(provider.GetRequiredService<StagingOptions>().Folder));
        return services.AddSingleton(provider => new DiskRoom(
            provider.GetRequiredService<IFreeDisk>(), provider.GetRequiredService<DiskFloor>(), provider.GetRequiredService<ILogger<DiskRoom>>()));
    }
}
