using Casella.Core.Directory;
using Casella.Core.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Archives;

public static class ArchivesRegistration
{
    /// <summary>Registers <see cref="MailArchives"/>.</summary>
    public static IServiceCollection AddCasellaArchives(this IServiceCollection services) => services
        .AddSingleton(provider => new MailArchives(
            provider.GetRequiredService<MailDirectory>(), provider.GetRequiredService<MailAccounts>(),
            provider.GetRequiredService<MessageStaging>(), provider.GetRequiredService<MessageOptions>()));
}
