using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Migration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
            provider.GetRequiredService<MessageStaging>(), provider.GetRequiredService<MessageOptions>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Registers <see cref="Movings"/>. Needs an <see cref="IOldServers"/>.</summary>
    public static IServiceCollection AddCasellaMovings(this IServiceCollection services) => services
        .AddSingleton(provider => new Movings(
            provider.GetRequiredService<MailMigrations>(), provider.GetRequiredService<IOldServers>(),
            new MovingParts(
                provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<LiveSessions>(), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<Movings>>())));
}
