using Casella.Core.Delivery;
using Casella.Core.Filtering.Spam;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering;

internal static class FilteringRegistration
{
    /// <summary>Registers <see cref="FilteredDelivery"/> and <see cref="SpamFilter"/> for the Deliverer.</summary>
    public static IServiceCollection AddCasellaFiltering(this IServiceCollection services, SpamOptions spam) => services
        .AddSingleton(spam)
        .AddSingleton(provider => new SpamMemory(provider.GetRequiredService<IMailStore>(), provider.GetRequiredService<ISpamStore>()))
        .AddSingleton(provider => new SpamFilter(
            provider.GetRequiredService<RecipientResolver>(), provider.GetRequiredService<SpamMemory>(), provider.GetRequiredService<SpamScanners>(),
            new SpamRules(spam, provider.GetRequiredService<TimeProvider>()), provider.GetRequiredService<ILogger<SpamFilter>>()))
        .AddSingleton(provider => new SpamScanners(provider.GetService<ISpamEngine>(), provider.GetService<IVirusScanner>()))
        .AddSingleton(provider => new SpamLearning(
            provider.GetRequiredService<IMailStore>(), provider.GetRequiredService<ISpamStore>(), provider.GetRequiredService<SpamScanners>(),
            new SpamRules(spam, provider.GetRequiredService<TimeProvider>())))
        .AddSpamTrainer(spam)
        .AddSingleton(provider => new FilterMail(
            provider.GetRequiredService<AutomaticAnswer>(), provider.GetRequiredService<RecipientResolver>(), provider.GetRequiredService<MailQueue>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ScriptRun(
            provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ReportIdentity>() ?? new ReportIdentity("localhost"),
            provider.GetRequiredService<ILogger<ScriptRun>>()))
        .AddSingleton(provider => new SendingOn(provider.GetRequiredService<Forwarding>(), provider.GetRequiredService<ILogger<SendingOn>>()))
        .AddSingleton(provider => new FilteredDelivery(
            provider.GetRequiredService<ScriptRun>(), provider.GetRequiredService<SendingOn>(), provider.GetRequiredService<FilterMail>(), provider.GetRequiredService<AutomaticAnswer>(),
            provider.GetRequiredService<ILogger<FilteredDelivery>>()));

    private static IServiceCollection AddSpamTrainer(this IServiceCollection services, SpamOptions spam)
    {
        services.AddSingleton(provider => new SpamTrainer(
            provider.GetRequiredService<SpamLearning>(), provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<IDirectoryStore>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SpamTrainer>>()));
        return spam is { Learn: true, Engine: not SpamEngine.Off }
            ? services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SpamTrainer>())
            : services;
    }
}
