namespace Casella.Net.Connections;

/// <summary>
/// What a protocol room gives to the network: one object per protocol, called once for each connection. Implemented by
/// ImapProtocol, Pop3Protocol and SmtpProtocol (MX and submission are two instances).
/// </summary>
public interface IMailProtocol
{
    /// <summary>Name in logs and limits: "imap", "pop3", "smtp", "submission".</summary>
    string Name { get; }

    /// <summary>
    /// The bytes that refuse a connection before any session exists (over a limit, shutting down): "* BYE …", "421 …",
    /// "-ERR …", with the final CRLF. Clients get a word, never silence.
    /// </summary>
    ReadOnlyMemory<byte> Refusal(RefusalReason reason);

    /// <summary>
    /// Speaks the whole session and returns when it is over. Exceptions of the transport (peer gone) may escape; they
    /// end the connection quietly. Anything else that escapes is a bug and is logged with an id by the listener.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the process must end now; an orderly stop is
    /// <see cref="MailConnection.Draining"/>.</param>
    Task RunAsync(MailConnection connection, CancellationToken cancellationToken);
}

/// <summary>Why a connection is refused before its session.</summary>
public enum RefusalReason
{
    /// <summary>The server has its configured number of connections.</summary>
    TooManyConnections,
    /// <summary>This address has its configured number of connections.</summary>
    TooManyFromAddress,
    /// <summary>The server is stopping.</summary>
    ShuttingDown,
}
