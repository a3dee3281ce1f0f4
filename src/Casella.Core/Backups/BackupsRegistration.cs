using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Backups;

public static class BackupsRegistration
{
    /// <summary>Registers <see cref="MailBackups"/>, which needs the storage room alone, and <see cref="MailboxRestores"/>.</summary>
    public static IServiceCollection AddCasellaBackups(this IServiceCollection services) => services
        .AddSingleton(provider => new MailBackups(provider.GetRequiredService<IBackupStore>()))
        .AddSingleton(provider => new MailboxRestores(
            provider.GetRequiredService<IBackupStore>(), provider.GetRequiredService<MailDirectory>(),
            provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<MessageStaging>()));
}
