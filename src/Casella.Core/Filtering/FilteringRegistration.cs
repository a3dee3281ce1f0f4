using Casella.Core.Delivery;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering;

internal static class FilteringRegistration
{
    /// <summary>Registers <see cref="FilteredDelivery"/> for the Deliverer.</summary>
    public static IServiceCollection AddCasellaFiltering(this IServiceCollection services) => services
        .AddSingleton(provider => new FilterMail(
            provider.GetRequiredService<AutomaticAnswer>(), provider.GetRequiredService<RecipientResolver>(), provider.GetRequiredService<MailQueue>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new FilteredDelivery(
            new ScriptRun(
                provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ReportIdentity>() ?? new ReportIdentity("localhost"),
                provider.GetRequiredService<ILogger<FilteredDelivery>>()),
            provider.GetRequiredService<Forwarding>(), provider.GetRequiredService<FilterMail>(), provider.GetRequiredService<AutomaticAnswer>(),
            provider.GetRequiredService<ILogger<FilteredDelivery>>()));
}
