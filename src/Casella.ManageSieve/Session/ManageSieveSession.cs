using System.Security.Authentication;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Filtering;
using Casella.Core.Messages;
using Casella.Formats.Sieve;
using Casella.ManageSieve.Commands;
using Casella.ManageSieve.Syntax;
using Casella.Net.Connections;
using Casella.Net.Framing;
using Casella.Net.Sasl;

namespace Casella.ManageSieve.Session;

/// <summary>
/// One ManageSieve conversation (RFC 5804): its state, what commands may ask of it, and the loop that reads, dispatches
/// and answers. Made by <see cref="ManageSieveProtocol"/> for each connection.
/// </summary>
internal sealed class ManageSieveSession(MailConnection connection, ManageSieveServices services)
{
    /// <summary>A script and a name.</summary>
    private static readonly FramerLimits SignedInLimits = new(SieveLimits.Default.ScriptSize + (16 * 1024), SieveLimits.Default.ScriptSize, 4);

    private MailAccount? _account;
    private LiveSession? _live;

    public MailConnection Connection => connection;
    public ManageSieveServices Services => services;
    public CommandFramer Framer { get; } = new(connection, FramerLimits.BeforeSignIn);
    public ManageSieveWriter Writer { get; private set; } = new(connection.Output);
    public Words Words { get; private set; } = Words.English;

    /// <summary>Set by LOGOUT: the loop ends after the answer.</summary>
    public bool IsOver { get; set; }

    public bool IsSignedIn => _account is not null;
    public ManageSieveStates State => IsSignedIn ? ManageSieveStates.Authenticated : ManageSieveStates.NotAuthenticated;

    /// <summary>Who has signed in; null before.</summary>
    public string? Owner => _account?.Address.ToString();

    /// <summary>Only asked by commands that the table allows after sign-in.</summary>
    public MailFilters Filters => _account?.Filters ?? throw new InvalidOperationException("Nobody has signed in.");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new ManageSieveLoop(this).RunAsync(cancellationToken);
        }
        finally
        {
            _live?.Dispose();
        }
    }

    /// <summary>Sends what waits, unless more commands wait already, and arms the deadline of the next one.</summary>
    public async ValueTask BeforeReadingAsync(CancellationToken cancellationToken)
    {
        if (!connection.HasUnreadInput)
            await connection.Output.FlushAsync(cancellationToken);
        connection.SetDeadline(IsSignedIn ? services.Options.IdleTime : services.Options.SignInTime);
    }

    public SaslPeer SaslPeer => new(connection, services.Authenticator, AccessProtocol.ManageSieve);

    /// <exception cref="MailException">NoPermission, Unavailable.</exception>
    public async Task EnterAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        _account = await services.Accounts.OpenAsync(signedIn, cancellationToken);
        _live = services.Authenticator.Enter(signedIn, connection.Remote.Address, connection.End, connection.CountTraffic);
        Framer.Limits = SignedInLimits;
        Words = Words.Of(_account.Policy.Language);
        Log.SignedIn(services.Logger, connection.Id, signedIn.Address.ToString(), signedIn.Actor.Name);
    }

    /// <summary>RFC 5804 §2.14: as it was before.</summary>
    public void SignOut()
    {
        _live?.Dispose();
        (_live, _account) = (null, null);
        (Framer.Limits, Words) = (FramerLimits.BeforeSignIn, Words.English);
    }

    /// <summary>RFC 5804 §2.2: after the handshake the capabilities are told anew, unasked.</summary>
    /// <exception cref="UnreadInputException"/>
    /// <exception cref="AuthenticationException"/>
    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        await connection.StartTlsAsync(cancellationToken);
        Writer = new ManageSieveWriter(connection.Output);
        Capability.Tell(this);
    }
}
