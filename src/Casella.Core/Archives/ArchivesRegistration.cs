using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Migration;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Archives;

public static class ArchivesRegistration
{
    /// <summary>Registers <see cref="MailArchives"/> and <see cref="MailMigrations"/>.</summary>
    public static IServiceCollection AddCasellaArchives(this IServiceCollection services) => services
        .AddSingleton(provider => new MailArchives(
            provider.GetRequiredService<MailDirectory>(), provider.GetRequiredService<MailAccounts>(),
            provider.GetRequiredService<MessageStaging>(), provider.GetRequiredService<MessageOptions>()))
        .AddSingleton(provider => new MailMigrations(
            provider.GetRequiredService<MailDirectory>(), provider.GetRequiredService<MailAccounts>(),
            provider.GetRequiredService<MessageStaging>(), provider.GetRequiredService<MessageOptions>()));
}
