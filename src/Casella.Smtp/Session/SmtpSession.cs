using System.Security.Authentication;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Net.Connections;
using Casella.Net.Framing;
using Casella.Net.Sasl;
using Casella.Smtp.Inbound;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Session;

/// <summary>
/// One SMTP conversation (RFC 5321 §3): its state, and what commands may ask of it. Made by <see cref="SmtpProtocol"/>
/// for each connection; the loop is <see cref="SmtpLoop"/>.
/// </summary>
internal sealed class SmtpSession(MailConnection connection, SmtpRole role, SmtpServices services)
{
    /// <summary>Octets of replies that may wait for each other: those to some hundred pipelined commands.</summary>
    private const int FlushAbove = 16 * 1024;

    private readonly LineReader _lines = new(connection, services.Options.LineLength);
    private LiveSession? _live;

    public MailConnection Connection => connection;
    public SmtpRole Role => role;
    public SmtpServices Services => services;
    public SaslPeer SaslPeer => new(connection, services.Core.Authenticator, AccessProtocol.Submission);
    public SmtpWriter Writer { get; private set; } = new(connection.Output);

    /// <summary>The argument of EHLO or HELO; null before.</summary>
    public string? HelloName { get; private set; }

    /// <summary>EHLO, not HELO: extensions count.</summary>
    public bool IsExtended { get; private set; }

    public SignedIn? SignedIn { get; private set; }
    public MailTransaction? Transaction { get; private set; }

    /// <summary>Messages taken on this connection.</summary>
    public int Messages { get; set; }

    /// <summary>Set by QUIT and by what ends a session: the loop ends after the answer.</summary>
    public bool IsOver { get; set; }

    public SmtpStates State => Transaction switch
    {
        { Recipients.Count: > 0 } => SmtpStates.HasRecipients,
        not null => SmtpStates.HasSender,
        null when HelloName is not null => SmtpStates.Greeted,
        null => SmtpStates.Connected,
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new SmtpLoop(this).RunAsync(cancellationToken);
        }
        finally
        {
            _live?.Dispose();
            await ResetAsync();
        }
    }

    /// <summary>
    /// The next line from the client; null when it is gone. What is waiting to be sent is sent first unless more
    /// commands wait already (PIPELINING, RFC 2920 §3.2) and the replies are still few: a client that sends commands
    /// for ever and reads nothing must not fill our memory.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        if (!connection.HasUnreadInput || connection.Output.UnflushedBytes >= FlushAbove)
            await connection.Output.FlushAsync(cancellationToken);
        connection.SetDeadline(services.Options.IdleTime);
        return await _lines.ReadLineAsync(cancellationToken);
    }

    /// <summary>RFC 5321 §4.1.4: EHLO and HELO also reset.</summary>
    public async ValueTask GreetAsync(string name, bool isExtended)
    {
        await ResetAsync();
        (HelloName, IsExtended) = (name, isExtended);
    }

    public void Begin(MailParameters parameters) => Transaction = new MailTransaction(parameters)
    {
        Sender = role is SmtpRole.Mx ? services.Checks.Begin(Client(), parameters.ReversePath, connection.Aborted) : null,
    };

    private ClientFacts Client() =>
        new(InboundRules.Plain(connection.Remote.Address), InboundRules.Plain(connection.Local.Address), HelloName ?? "");

    /// <summary>Forgets the transaction (RSET, and after each message).</summary>
    public async ValueTask ResetAsync()
    {
        if (Transaction is { } transaction)
            await transaction.DisposeAsync();
        Transaction = null;
    }

    /// <summary>Who this session belongs to from now on.</summary>
    public void Enter(SignedIn signedIn)
    {
        SignedIn = signedIn;
        _live = services.Core.Authenticator.Enter(signedIn, connection.Remote.Address, connection.End, connection.CountTraffic);
        Log.SignedIn(services.Logger, connection.Id, signedIn.Address.ToString(), signedIn.Actor.Name);
    }

    /// <summary>
    /// RFC 3207 §4.2: after the handshake the session begins anew; what the client said in clear text counts for
    /// nothing.
    /// </summary>
    /// <exception cref="UnreadInputException"/>
    /// <exception cref="AuthenticationException"/>
    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        await connection.StartTlsAsync(cancellationToken);
        Writer = new SmtpWriter(connection.Output);
        await ResetAsync();
        (HelloName, IsExtended, SignedIn) = (null, false, null);
    }
}
