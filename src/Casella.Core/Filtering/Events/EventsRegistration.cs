using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering.Events;

/// <summary>Switches events on.</summary>
public static class EventsRegistration
{
    /// <summary>
    /// Scripts run for what members do in their mailboxes, and IMAP says so. Needs what
    /// <see cref="DeliveryRegistration.AddCasellaDelivery"/> adds.
    /// </summary>
    /// <param name="server">Where scripts are kept: the address of ManageSieve.</param>
    public static IServiceCollection AddCasellaEvents(this IServiceCollection services, SieveServer server) => services
        .AddSingleton(server)
        .AddSingleton(provider => new EventRun(
            provider.GetRequiredService<IMailStore>(), provider.GetRequiredService<MessageStaging>(), provider.GetRequiredService<ScriptRun>(),
            new EventTools(
                provider.GetRequiredService<SendingOn>(), provider.GetRequiredService<FilterMail>(), provider.GetRequiredService<SendingLimits>(),
                provider.GetRequiredService<RecipientResolver>(), provider.GetRequiredService<IPeopleStore>()),
            provider.GetRequiredService<ILogger<EventRun>>()))
        .AddSingleton(provider => new EventRunner(
            provider.GetRequiredService<EventRun>(), provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<IDirectoryStore>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EventRunner>>()))
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<EventRunner>());
}

/// <param name="Url">A sieveurl-server (RFC 5804 §3), "sieve://mail.example.org".</param>
public sealed record SieveServer(string Url);
