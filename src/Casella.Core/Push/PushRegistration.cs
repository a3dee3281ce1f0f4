using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Push;

public static class PushRegistration
{
    /// <summary>Registers <see cref="PushSubscriptions"/>, <see cref="Onlookers"/> and the service that sends. Needs an <see cref="IPushTransport"/>.</summary>
    public static IServiceCollection AddCasellaPush(this IServiceCollection services) => services
        .AddSingleton<Onlookers>()
        .AddSingleton(provider => new PushSubscriptions(provider.GetRequiredService<IPushStore>()))
        .AddSingleton<IHostedService>(provider => new PushRunner(
            new PushParts(
                provider.GetRequiredService<IPushStore>(), provider.GetRequiredService<IPushTransport>(), provider.GetRequiredService<PushSubscriptions>(),
                provider.GetRequiredService<Onlookers>(), provider.GetRequiredService<MailAccounts>())
            {
                Directory = provider.GetRequiredService<IDirectoryStore>(),
                Options = provider.GetRequiredService<SignInOptions>(),
            },
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PushRunner>>()));
}
