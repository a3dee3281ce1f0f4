using Casella.Core.Archives;
using Casella.Core.Backups;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Repairs;
using Casella.Core.Signing;
using Casella.Core.Storage;
using Casella.Core.Tracing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Office;

/// <summary>
/// The only door to administration: the office's pages, the REST API and the command line come through it, each as the
/// caller it is. Rights (<see cref="OfficeTable"/>), the journal and what webhooks hear happen behind it, so none of
/// them can forget one.
/// </summary>
/// <remarks>
/// Addresses, domains and logins come as people type them. Failures: <see cref="MailException"/>, NoPermission for who
/// may not do a thing anywhere, and "there is none" for what is in a domain that is not theirs;
/// <see cref="DirectoryRuleException"/>.
/// </remarks>
public sealed class OfficeDoor
{
    private readonly OfficeWork _work;

    internal OfficeDoor(OfficeParts parts, OfficeCaller caller) => _work = new OfficeWork(parts, caller);

    public OfficeCaller Caller => _work.Caller;

    public OfficeOverview Overview => new(_work);
    public OfficeMailboxes Mailboxes => new(_work);
    public OfficeCare Care => new(_work);
    public OfficeBackups Backups => new(_work);
    public OfficePeople People => new(_work);
    public OfficeAliases Aliases => new(_work);
    public OfficeLists Lists => new(_work);
    public OfficeDomains Domains => new(_work);
    public OfficeMail Mail => new(_work);
    public OfficeReports Reports => new(_work);
    public OfficeSpam Spam => new(_work);
    public OfficeStaff Staff => new(_work);
    public OfficeTokens Tokens => new(_work);
    public OfficeHooks Hooks => new(_work);
    public OfficeJournal Journal => new(_work);

    public Task<OfficeStanding> StandingAsync(CancellationToken cancellationToken) => _work.StandingAsync(cancellationToken);

    /// <summary>Whether to offer something; the act itself asks again.</summary>
    public async Task<bool> MayAsync(OfficeAct act, CancellationToken cancellationToken) => await _work.ReachAsync(act, cancellationToken) is not null;

    /// <summary>All that may be offered.</summary>
    public async Task<IReadOnlySet<OfficeAct>> RightsAsync(CancellationToken cancellationToken)
    {
        var rights = new HashSet<OfficeAct>();
        foreach (var row in OfficeTable.Rows)
            if (await _work.ReachAsync(row.Act, cancellationToken) is not null)
                rights.Add(row.Act);
        return rights;
    }
}

/// <summary>Opens the office's door to whoever comes; what they may do is asked behind it.</summary>
public sealed class OfficeDoors
{
    private readonly Lazy<OfficeParts> _parts;

    internal OfficeDoors(Func<OfficeParts> parts) => _parts = new Lazy<OfficeParts>(parts);

    public OfficeDoor Open(OfficeCaller caller) => new(_parts.Value, caller);
}

public static class OfficeRegistration
{
    /// <summary>
    /// Registers <see cref="OfficeDoors"/> and <see cref="OfficeWelcome"/>. Needs the directory,
    /// the queue, reports, backups, archives and lists; <see cref="IServerFacts"/> where there is a server.
    /// </summary>
    public static IServiceCollection AddCasellaOffice(this IServiceCollection services) => services
        .AddSingleton<OfficeSurvey>()
        .AddSingleton(provider => new FailingDevices(
            provider.GetRequiredService<SignInFeed>(), provider.GetRequiredService<KnownPlaces>(), provider.GetRequiredService<Devices>()))
        .AddSingleton(provider => new OfficeDoors(() => Parts(provider)))
        .AddSingleton(provider => new OfficeTokenCheck(
            provider.GetRequiredService<IOfficeStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new OfficeWelcome(
            provider.GetRequiredService<IOfficeStore>(), provider.GetRequiredService<People>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Registers the service that makes the calls of webhooks. Needs an <see cref="IHookTransport"/>.</summary>
    public static IServiceCollection AddCasellaHooks(this IServiceCollection services) => services
        .AddSingleton<IHostedService>(provider => new HookRunner(
            provider.GetRequiredService<IHookStore>(), provider.GetRequiredService<IHookTransport>(), provider.GetRequiredService<OfficeFeed>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HookRunner>>()));

    private static OfficeParts Parts(IServiceProvider provider) => new(
        provider.GetRequiredService<IOfficeStore>(), provider.GetRequiredService<MailDirectory>(), provider.GetRequiredService<People>(),
        provider.GetRequiredService<Devices>(), provider.GetRequiredService<MailAccounts>())
    {
        Hooks = provider.GetRequiredService<IHookStore>(),
        SignIns = provider.GetRequiredService<SignInFeed>(),
        Failing = provider.GetRequiredService<FailingDevices>(),
        Sessions = provider.GetRequiredService<LiveSessions>(),
        Keys = provider.GetRequiredService<DomainKeys>(),
        DomainSpam = provider.GetRequiredService<DomainSpam>(),
        Queue = provider.GetRequiredService<MailQueue>(),
        Traces = provider.GetRequiredService<MailTraces>(),
        Reports = provider.GetRequiredService<ReceivedReports>(),
        Dead = provider.GetRequiredService<DeadAddresses>(),
        Backups = provider.GetRequiredService<MailBackups>(),
        Restores = provider.GetRequiredService<MailboxRestores>(),
        Repairs = provider.GetRequiredService<MailboxRepairs>(),
        Archives = provider.GetRequiredService<MailArchives>(),
        Staging = provider.GetRequiredService<MessageStaging>(),
        Lists = provider.GetRequiredService<MailingLists>(),
        Feed = provider.GetRequiredService<OfficeFeed>(),
        Survey = provider.GetRequiredService<OfficeSurvey>(),
        Time = provider.GetRequiredService<TimeProvider>(),
        Log = provider.GetRequiredService<ILogger<OfficeDoor>>(),
        Server = provider.GetService<IServerFacts>(),
    };
}
