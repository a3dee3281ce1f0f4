using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Pop3.Session;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Casella.Pop3;

/// <summary>What every POP3 session needs, in one place. One object for the process.</summary>
public sealed class Pop3Services(
    Authenticator authenticator, MailAccounts accounts, Pop3Options options, ILogger<Pop3Protocol> logger)
{
    public Authenticator Authenticator => authenticator;
    public MailAccounts Accounts => accounts;
    public Pop3Options Options => options;
    public ILogger Logger => logger;
    internal MaildropLocks Locks { get; } = new();
}

public static class Pop3Registration
{
    /// <summary>Registers the POP3 room: <see cref="Pop3Protocol"/> for the listeners.</summary>
    public static IServiceCollection AddCasellaPop3(this IServiceCollection services, Pop3Options options) => services
        .AddSingleton(options)
        .AddSingleton<Pop3Services>()
        .AddSingleton<Pop3Protocol>();
}
