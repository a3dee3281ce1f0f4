using Casella.Core.Directory;
using Casella.Core.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Casella.ManageSieve;

/// <summary>What every ManageSieve session needs, in one place. One object for the process.</summary>
public sealed class ManageSieveServices(
    Authenticator authenticator, MailAccounts accounts, ManageSieveOptions options, ILogger<ManageSieveProtocol> logger)
{
    public Authenticator Authenticator => authenticator;
    public MailAccounts Accounts => accounts;
    public ManageSieveOptions Options => options;
    public ILogger Logger => logger;
}

public static class ManageSieveRegistration
{
    /// <summary>Registers the ManageSieve room: <see cref="ManageSieveProtocol"/> for the listener.</summary>
    public static IServiceCollection AddCasellaManageSieve(this IServiceCollection services, ManageSieveOptions options) => services
        .AddSingleton(options)
        .AddSingleton<ManageSieveServices>()
        .AddSingleton<ManageSieveProtocol>();
}
