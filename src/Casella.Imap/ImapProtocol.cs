using Casella.Core.Annotations;
using Casella.Core.Directory;
using Casella.Core.Filtering.Events;
using Casella.Core.Messages;
using Casella.Core.Submission;
using Casella.Imap.Session;
using Casella.Net.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Casella.Imap;

/// <summary>IMAP for the listeners (993, and 143 with STARTTLS): called once for each connection.</summary>
public sealed class ImapProtocol(
    Authenticator authenticator,
    MailDirectory directory,
    MailAccounts accounts,
    SharedMailboxes shared,
    AuthorizedUrls authorizedUrls,
    MessageStaging staging,
    ServerAnnotations serverAnnotations,
    TimeProvider time,
    ImapOptions options,
    ILogger<ImapProtocol> logger,
    SieveServer? sieveServer = null) : IMailProtocol
{
    private readonly ImapServices _services = new(authenticator, directory, accounts, shared, authorizedUrls, staging, serverAnnotations, time, options, logger) { SieveServer = sieveServer };

    public string Name => "imap";

    // RFC 9051 §7.1.5: BYE as the greeting of a connection that is not taken.
    public ReadOnlyMemory<byte> Refusal(RefusalReason reason) => reason switch
    {
        RefusalReason.TooManyConnections => "* BYE [UNAVAILABLE] The server has too many connections; try again later\r\n"u8.ToArray(),
        RefusalReason.TooManyFromAddress => "* BYE [UNAVAILABLE] Too many connections from your address\r\n"u8.ToArray(),
        RefusalReason.ShuttingDown => "* BYE [UNAVAILABLE] The server is being restarted\r\n"u8.ToArray(),
    };

    public async Task RunAsync(MailConnection connection, CancellationToken cancellationToken)
    {
        using var session = new ImapSession(connection, _services);
        using var scope = logger.BeginScope(session.Scope);
        await new CommandLoop(session).RunAsync(cancellationToken);
    }
}

/// <summary>The room's wiring, called by the server.</summary>
public static class ImapServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ImapProtocol"/> and <see cref="IMessagesByUrl"/>. Needs Core's services and a TimeProvider.</summary>
    public static IServiceCollection AddCasellaImap(this IServiceCollection services, ImapOptions options) =>
        services
        .AddSingleton(options)
        .AddSingleton<ImapProtocol>()
        .AddSingleton<IMessagesByUrl>(provider => new MessagesByUrl(
            provider.GetRequiredService<AuthorizedUrls>(), provider.GetRequiredService<SharedMailboxes>()));
}
