using System.Security.Authentication;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Net.Connections;
using Casella.Net.Framing;
using Casella.Net.Sasl;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Session;

/// <summary>
/// One POP3 conversation (RFC 1939): its state, what commands may ask of it, and the loop that reads, dispatches and
/// answers. Made by <see cref="Pop3Protocol"/> for each connection.
/// </summary>
internal sealed class Pop3Session(MailConnection connection, Pop3Services services)
{
    /// <summary>Answers are sent when this much is waiting, so that a large maildrop never sits in memory.</summary>
    private const long FlushAbove = 32 * 1024;

    private readonly LineReader _lines = new(connection, services.Options.LineLength);
    private Maildrop? _maildrop;
    private MailAccount? _account;
    private LiveSession? _live;

    public MailConnection Connection => connection;
    public Pop3Services Services => services;
    public SaslPeer SaslPeer => new(connection, services.Authenticator, AccessProtocol.Pop3);
    public Pop3Writer Writer { get; private set; } = new(connection.Output);
    public Words Words { get; set; } = Words.English;
    public string? UserName { get; set; }
    public bool Utf8Mode { get; set; }

    /// <summary>Set by QUIT: the loop ends after the answer.</summary>
    public bool IsOver { get; set; }

    public bool IsSignedIn => _maildrop is not null;
    public Pop3States State => IsSignedIn ? Pop3States.Transaction : Pop3States.Authorization;

    /// <summary>Only asked by commands that the table allows in the TRANSACTION state.</summary>
    public Maildrop Maildrop => _maildrop ?? throw new InvalidOperationException("No maildrop is open.");

    /// <summary>The device's hold on its maildrop, released when the session ends however it ends.</summary>
    internal IDisposable? MaildropLock { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new Pop3Loop(this).RunAsync(cancellationToken);
        }
        finally
        {
            _live?.Dispose();
            MaildropLock?.Dispose();
        }
    }

    /// <summary>
    /// The next line from the client; null when it is gone. What is waiting to be sent is sent first unless more
    /// commands wait already (PIPELINING, RFC 2449 §6.6).
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        if (!connection.HasUnreadInput || connection.Output.UnflushedBytes >= FlushAbove)
            await connection.Output.FlushAsync(cancellationToken);
        connection.SetDeadline(IsSignedIn ? services.Options.IdleTime : services.Options.SignInTime);
        return await _lines.ReadLineAsync(cancellationToken);
    }

    public async ValueTask FlushWhenLargeAsync(CancellationToken cancellationToken)
    {
        if (connection.Output.UnflushedBytes >= FlushAbove)
            await connection.Output.FlushAsync(cancellationToken);
    }

    /// <summary>Says no to a password in clear text, and whether it did. The password is never looked at.</summary>
    /// <param name="userName">Null where it was not said yet.</param>
    public bool RefusesPasswordsInClear(string? userName)
    {
        if (connection.IsSecure)
            return false;
        services.Authenticator.NoteWithoutTls(userName, AccessProtocol.Pop3, connection.Remote.Address);
        Writer.Err(null, Words["TlsFirst"]);
        return true;
    }

    /// <summary>Checks the password and goes on as <see cref="EnterAsync"/>.</summary>
    /// <exception cref="MailException">SignInFailed, TooManySignIns, ProtocolNotAllowed, NoPermission, InUse,
    /// Unavailable.</exception>
    public async Task SignInAsync(string userName, string password, CancellationToken cancellationToken)
    {
        var attempt = new SignInAttempt(userName, password, AccessProtocol.Pop3, connection.Remote.Address);
        await EnterAsync(await services.Authenticator.SignInAsync(attempt, cancellationToken), cancellationToken);
    }

    /// <summary>Takes the device's maildrop and opens it: the TRANSACTION state.</summary>
    /// <exception cref="MailException">NoPermission, InUse, Unavailable.</exception>
    public async Task EnterAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        MaildropLock = services.Locks.Take(signedIn.Account, signedIn.Actor);
        try
        {
            _account = await services.Accounts.OpenAsync(signedIn, cancellationToken);
            _maildrop = await Maildrop.OpenAsync(_account, cancellationToken);
        }
        catch
        {
            MaildropLock.Dispose();
            MaildropLock = null;
            throw;
        }

        _live = services.Authenticator.Enter(signedIn, connection.Remote.Address, connection.End);
        Log.SignedIn(services.Logger, connection.Id, signedIn.Address.ToString(), signedIn.Actor.Name);
        var (count, size) = _maildrop.Totals();
        Writer.Ok(Words["Ready", count, size]);
    }

    /// <summary>Opens a message for RETR and TOP.</summary>
    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    public Task<MessageContent> OpenMessageAsync(Placement placement, CancellationToken cancellationToken) =>
        _account!.OpenAsync(placement.Email, cancellationToken);

    /// <summary>
    /// RFC 2595 §4: after the handshake the session begins anew; what the client said in clear text counts for nothing.
    /// </summary>
    /// <exception cref="UnreadInputException"/>
    /// <exception cref="AuthenticationException"/>
    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        await connection.StartTlsAsync(cancellationToken);
        Writer = new Pop3Writer(connection.Output);
        UserName = null;
    }
}
