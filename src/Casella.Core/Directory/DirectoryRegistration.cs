using Casella.Core.Annotations;
using Casella.Core.Filtering.Spam;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

public static class DirectoryRegistration
{
    /// <summary>
    /// Registers <see cref="Authenticator"/>, <see cref="MailDirectory"/>, <see cref="People"/>,
    /// <see cref="SharedMailboxes"/>, <see cref="AuthorizedUrls"/>, <see cref="WebSessions"/>, <see cref="OwnPassword"/>,
    /// <see cref="SignInFeed"/> and <see cref="Devices"/>. Needs
    /// the storage room, <see cref="MailAccounts"/> and a TimeProvider.
    /// </summary>
    public static IServiceCollection AddCasellaDirectory(this IServiceCollection services, SignInOptions options) => services
        .AddSingleton(options)
        .AddSingleton(provider => new SignInMemory(options, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(PasswordCosts.Full)
        .AddSingleton(provider => new PasswordHasher(options, provider.GetRequiredService<PasswordCosts>()))
        .AddSingleton(provider => new FailingSignIns(
            provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<KnownPlaces>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new SignInFeed(provider.GetRequiredService<FailingSignIns>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IHostedService, SignInClock>()
        .AddSingleton(provider => new KnownPlaces(
            provider.GetRequiredService<IDirectoryStore>(), options, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new SignInBans(provider.GetRequiredService<SignInThrottle>()))
        .AddSingleton(provider => new SignInThrottle(
            options, provider.GetRequiredService<KnownPlaces>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new SignInGuards(
            provider.GetRequiredService<PasswordHasher>(), provider.GetRequiredService<SignInThrottle>(),
            provider.GetRequiredService<KnownPlaces>(), provider.GetRequiredService<SignInMemory>(),
            provider.GetRequiredService<LiveSessions>(), provider.GetRequiredService<ScramSecrets>(),
            provider.GetRequiredService<SignInFeed>()))
        .AddSingleton<DirectoryStores>()
        .AddSingleton(provider => new ScramSecrets(provider.GetRequiredService<DirectoryStores>(), options, provider.GetRequiredService<PasswordCosts>()))
        .AddSingleton(provider => new LiveSessions(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LiveSessions>>()))
        .AddSingleton<DeviceRecords>()
        .AddSingleton(provider => new ServerAnnotations(provider.GetRequiredService<IDirectoryStore>()))
        .AddSingleton(provider => new Authenticator(
            provider.GetRequiredService<DirectoryStores>(), provider.GetRequiredService<SignInGuards>(),
            provider.GetRequiredService<DeviceRecords>(), provider.GetRequiredService<ILogger<Authenticator>>()))
        .AddSingleton(provider => new AddressBooks(provider.GetRequiredService<IContactStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new SecondFactors(provider.GetRequiredService<ISecondFactorStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<WaitingSignIns>()
        .AddSingleton<WebSessionParts>()
        .AddSingleton(provider => new WebSessions(
            provider.GetRequiredService<WebSessionParts>(), options, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WebSessions>>()))
        .AddSingleton(provider => new OwnPassword(
            provider.GetRequiredService<WebSessionParts>(), provider.GetRequiredService<WebSessions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<OwnPassword>>()))
        .AddSingleton(provider => new MailDirectory(
            provider.GetRequiredService<DirectoryStores>(), provider.GetRequiredService<MailAccounts>(),
            provider.GetRequiredService<SignInGuards>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MailDirectory>>()))
        .AddSingleton(provider => new People(
            provider.GetRequiredService<IPeopleStore>(), provider.GetRequiredService<MailDirectory>(),
            provider.GetRequiredService<SignInGuards>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<People>>()))
        .AddSingleton(provider => new DomainSpam(provider.GetRequiredService<ISpamStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new SharedMailboxes(
            provider.GetRequiredService<IPeopleStore>(), provider.GetRequiredService<MailAccounts>(),
            provider.GetRequiredService<People>()))
        .AddSingleton(provider => new AuthorizedUrls(
            provider.GetRequiredService<DirectoryStores>(), provider.GetRequiredService<MailAccounts>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new Devices(
            provider.GetRequiredService<IPeopleStore>(), provider.GetRequiredService<MailDirectory>(),
            provider.GetRequiredService<SignInGuards>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Devices>>()));
}
