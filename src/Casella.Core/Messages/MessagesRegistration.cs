using Casella.Core.Messages.Searching;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Casella.Core.Messages;

public static class MessagesRegistration
{
    /// <summary>
    /// Registers <see cref="MailAccounts"/>, <see cref="MessageStaging"/> the full-text
    /// index and the hourly tidying. Needs the storage
    /// room, a TimeProvider and logging.
    /// </summary>
    public static IServiceCollection AddCasellaMessages(
        this IServiceCollection services, MessageOptions options, StagingOptions staging) => services
        .AddSingleton(options)
        .AddSingleton(staging)
        .AddSingleton<MessageStaging>()
        .AddSingleton(provider => new MailAccounts(
            provider.GetRequiredService<IMailStore>(), provider.GetRequiredService<IDirectoryStore>(),
            provider.GetRequiredService<MessageIndexing>(), options, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new MessageIndexing(provider.GetRequiredService<IMailStore>()))
        .AddSingleton<IHostedService, IndexRunner>()
        .AddSingleton<IHostedService, Retention>();
}
