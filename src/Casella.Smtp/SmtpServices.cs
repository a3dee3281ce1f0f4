using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Submission;
using Casella.Smtp.Inbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Casella.Smtp;

/// <summary>What every SMTP session needs, in one place. One object for the process.</summary>
public sealed class SmtpServices(
    SmtpIdentity identity, SmtpOptions options, SmtpCore core, InboundChecks checks, Tarpit tarpit, TimeProvider time, ILogger<SmtpProtocol> logger)
{
    /// <summary>This server's name on the network.</summary>
    public string HostName => identity.HostName;
    public SmtpOptions Options => options;
    public SmtpCore Core => core;

    /// <summary>For port 25.</summary>
    public InboundChecks Checks => checks;
    public Tarpit Tarpit => tarpit;
    public TimeProvider Time => time;
    public ILogger Logger => logger;
}

/// <summary>The doors of the core that SMTP uses.</summary>
/// <param name="Messages">What senders may name by URL; null where no room answers.</param>
public sealed record SmtpCore(
    Authenticator Authenticator, RecipientResolver Resolver, Deliverer Deliverer, Submitter Submitter, MessageStaging Staging, MessageOptions Limits, MailQueue Queue, ReportLedger Reports,
    IMessagesByUrl? Messages = null);

/// <param name="HostName">As in greetings and Received fields.</param>
public sealed record SmtpIdentity(string HostName);

public static class SmtpRegistration
{
    /// <summary>Registers the SMTP room: a keyed <see cref="SmtpProtocol"/> for each <see cref="SmtpRole"/>.</summary>
    public static IServiceCollection AddCasellaSmtp(
        this IServiceCollection services, SmtpOptions options, InboundOptions inbound, string hostName) => services
        .AddSingleton(options)
        .AddSingleton(inbound)
        .AddSingleton(inbound.Greylist)
        .AddSingleton<InboundRules>()
        .AddSingleton<InboundChecks>()
        .AddSingleton<Tarpit>()
        .AddSingleton(new SmtpIdentity(hostName))
        .AddSingleton<SmtpCore>()
        .AddSingleton<SmtpServices>()
        .AddKeyedSingleton(SmtpRole.Mx, (provider, role) => new SmtpProtocol(SmtpRole.Mx, provider.GetRequiredService<SmtpServices>()))
        .AddKeyedSingleton(SmtpRole.Submission, (provider, role) => new SmtpProtocol(SmtpRole.Submission, provider.GetRequiredService<SmtpServices>()));

    /// <summary>Registers the programs beside the server that are asked about mail, as far as the options name them.</summary>
    public static IServiceCollection AddCasellaScanners(this IServiceCollection services, SpamOptions spam, VirusOptions virus)
    {
        if (spam.Engine is SpamEngine.Rspamd)
            services.AddSingleton<ISpamEngine>(provider => new RspamdEngine(spam, provider.GetRequiredService<ILogger<RspamdEngine>>()));
        if (virus.Clamd.Length > 0)
            services.AddSingleton<IVirusScanner>(provider => new ClamdScanner(virus, provider.GetRequiredService<ILogger<ClamdScanner>>()));
        return services;
    }
}
