using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Backups;

public static class BackupsRegistration
{
    /// <summary>Registers <see cref="MailBackups"/>. Needs the storage room.</summary>
    public static IServiceCollection AddCasellaBackups(this IServiceCollection services) => services
        .AddSingleton(provider => new MailBackups(provider.GetRequiredService<IBackupStore>()));
}
