using Casella.Core.Directory;
using Casella.Core.Filtering;
using Casella.Core.Filtering.Spam;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Signing;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Tracing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Delivery;

public static class DeliveryRegistration
{
    /// <summary>
    /// Registers <see cref="RecipientResolver"/>, <see cref="Deliverer"/> and <see cref="Submitter"/>. Needs the
    /// storage room, <see cref="MailAccounts"/>, <see cref="MailQueue"/>, reporting and a TimeProvider.
    /// </summary>
    public static IServiceCollection AddCasellaDelivery(this IServiceCollection services, SubmissionOptions submission, SpamOptions? spam = null) => services
        .AddSingleton(provider => new Greylist(
            provider.GetRequiredService<IGreylistStore>(), provider.GetRequiredService<GreylistOptions>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new RecipientResolver(
            provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<SenderRewriting>(),
            provider.GetRequiredService<IListStore>()))
        .AddSingleton(provider => new SenderRewriting(provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new Forwarding(
            provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<SenderRewriting>(),
            provider.GetRequiredService<ArcSealer>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new AutomaticAnswer(
            provider.GetRequiredService<RecipientResolver>(), provider.GetRequiredService<MailQueue>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AutomaticAnswer>>()))
        .AddCasellaFiltering(spam ?? new SpamOptions())
        .AddSingleton(provider => new Deliverer(
            provider.GetRequiredService<RecipientResolver>(), provider.GetRequiredService<MailAccounts>(),
            new DeliverySteps(
                provider.GetRequiredService<SpamFilter>(), provider.GetRequiredService<FilteredDelivery>(), provider.GetRequiredService<Forwarding>(),
                provider.GetRequiredService<ReportIntake>(), provider.GetRequiredService<ListDistribution>()),
            new Arrivals(provider.GetRequiredService<OfficeFeed>(), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<ILogger<Deliverer>>()))
        .AddSingleton(provider => new SendingLimits(
            provider.GetRequiredService<ISendingStore>(), provider.GetRequiredService<MailAccounts>(),
            provider.GetRequiredService<RecipientResolver>(), submission, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new Submitter(
            provider.GetRequiredService<RecipientResolver>(), provider.GetRequiredService<Deliverer>(),
            provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<MailAccounts>(),
            new SubmissionTools(
                provider.GetRequiredService<People>(),
                provider.GetRequiredService<SendingLimits>(),
                provider.GetRequiredService<MailTraces>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<Submitter>>())));
}
