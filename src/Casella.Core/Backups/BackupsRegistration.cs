using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Repairs;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Backups;

public static class BackupsRegistration
{
    /// <summary>
    /// Registers <see cref="MailBackups"/>, which needs the storage room alone, <see cref="MailboxRestores"/> and
    /// <see cref="MailboxRepairs"/>.
    /// </summary>
    public static IServiceCollection AddCasellaBackups(this IServiceCollection services) => services
        .AddSingleton(provider => new MailBackups(provider.GetRequiredService<IBackupStore>()))
        .AddSingleton(provider => new MailboxRestores(
            provider.GetRequiredService<IBackupStore>(), provider.GetRequiredService<MailDirectory>(),
            provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<MessageStaging>()))
        .AddSingleton(provider => new MailboxRepairs(new RepairParts(
            provider.GetRequiredService<IMailStore>(), provider.GetRequiredService<IBackupStore>(), provider.GetRequiredService<MailDirectory>(),
            provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<MessageStaging>())
        {
            People = provider.GetRequiredService<IPeopleStore>(),
            Sessions = provider.GetRequiredService<LiveSessions>(),
        }));
}
