using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Office;
using Casella.Core.Signing;
using Casella.Core.Storage;
using Casella.Core.Tracing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Queue;

public static class QueueRegistration
{
    /// <summary>
    /// Registers <see cref="MailQueue"/> and <see cref="MailTraces"/>: enough to look at the queue and to put mail in. Needs the storage room and a
    /// TimeProvider.
    /// </summary>
    public static IServiceCollection AddCasellaQueue(this IServiceCollection services, QueueOptions options) => services
        .AddSingleton(options)
        .AddSingleton<OfficeFeed>()
        .AddSingleton(provider => new StsPolicyMemory(provider.GetRequiredService<IStsPolicyStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new DomainKeys(provider.GetRequiredService<IDomainKeyStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ArcSealer(provider.GetRequiredService<DomainKeys>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new OutgoingSigner(provider.GetRequiredService<DomainKeys>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new MailTraces(provider.GetRequiredService<ITraceStore>(), options, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new DeadAddresses(provider.GetRequiredService<ITraceStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new MailQueue(
            provider.GetRequiredService<IQueueStore>(), provider.GetRequiredService<OutgoingSigner>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new HeldMail(
            provider.GetRequiredService<MailTraces>(), provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<MessageStaging>()));

    /// <summary>
    /// Registers the service that empties the queue. Needs delivery and an <see cref="IOutboundTransport"/>.
    /// </summary>
    /// <param name="hostName">This server, in delivery reports.</param>
    public static IServiceCollection AddCasellaQueueRunner(this IServiceCollection services, string hostName) => services
        .AddSingleton(new ReportIdentity(hostName))
        .AddSingleton(provider => new DeliveryReports(
            provider.GetRequiredService<ReportIdentity>(), provider.GetRequiredService<Deliverer>(), provider.GetRequiredService<RecipientResolver>(),
            provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DeliveryReports>>()))
        .AddSingleton(provider => new AlertMail(
            provider.GetRequiredService<ReportIdentity>(), provider.GetRequiredService<Deliverer>(), provider.GetRequiredService<RecipientResolver>(),
            provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new DeliveryAttempt(
            new QueueServices(
                provider.GetRequiredService<IQueueStore>(), provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<RecipientResolver>(),
                provider.GetRequiredService<Deliverer>(), provider.GetRequiredService<MessageStaging>(), provider.GetRequiredService<MailTraces>(), provider.GetRequiredService<OfficeFeed>(),
                provider.GetRequiredService<DeadAddresses>()),
            provider.GetRequiredService<IOutboundTransport>(), provider.GetRequiredService<DeliveryReports>(),
            provider.GetRequiredService<QueueOptions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DeliveryAttempt>>()))
        .AddSingleton<IHostedService>(provider => new QueueRunner(
            provider.GetRequiredService<IQueueStore>(), provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<DeliveryAttempt>(),
            provider.GetRequiredService<QueueOptions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<QueueRunner>>()));
}
