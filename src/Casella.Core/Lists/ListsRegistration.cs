using Casella.Core.Queue;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Lists;

public static class ListsRegistration
{
    /// <summary>Registers the lists and their distribution. Without <see cref="ListLinks"/> one leaves by mail only.</summary>
    public static IServiceCollection AddCasellaLists(this IServiceCollection services)
    {
        services.TryAddSingleton(new ListLinks(static _ => null));
        return services
            .AddSingleton(provider => new ListTokens(provider.GetRequiredService<IDirectoryStore>()))
            .AddSingleton(provider => new MailingLists(
                provider.GetRequiredService<IListStore>(), provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<ListTokens>(),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => new ListDistribution(
                provider.GetRequiredService<IListStore>(), provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<ListTokens>(),
                provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<ListLinks>(), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<ListDistribution>>()));
    }
}
