using System.IO.Pipelines;
using System.Net;
using Casella.Net.Tls;

namespace Casella.Net.Connections;

/// <summary>
/// One client connection as a protocol session sees it: bytes in, bytes out, TLS and compression that change beneath them, deadlines.
/// Made by the listener for each accepted connection; implicit TLS is already done when the session gets it.
/// Not thread-safe: one session loop reads; writes come from that loop or are serialized by the session.
/// </summary>
public sealed class MailConnection : IAsyncDisposable
{
    /// <summary>Short unique id for the log scope.</summary>
    public string Id => throw new NotImplementedException();
    public IPEndPoint Remote => throw new NotImplementedException();
    public IPEndPoint Local => throw new NotImplementedException();

    /// <summary>True under TLS; sign-in with a clear-text password is offered only then.</summary>
    public bool IsSecure => Tls is not null;
    public TlsFacts? Tls => throw new NotImplementedException();
    public bool IsCompressed => throw new NotImplementedException();

    /// <summary>Current input: plain, TLS or inflated. Fetch anew after <see cref="StartTlsAsync"/> and <see cref="StartCompression"/>.</summary>
    public PipeReader Input => throw new NotImplementedException();

    /// <summary>Current output. FlushAsync sends (and flushes the deflate block, RFC 4978 §4). A peer that does not read for the write-stall
    /// time ends the connection.</summary>
    public PipeWriter Output => throw new NotImplementedException();

    /// <summary>Cancelled when the peer is gone, a deadline has passed or the process must end now.</summary>
    public CancellationToken Aborted => throw new NotImplementedException();

    /// <summary>Cancelled when the server begins an orderly stop: finish the command, say goodbye.</summary>
    public CancellationToken Draining => throw new NotImplementedException();

    /// <summary>(Re)arms the one deadline for reading; the listener's timer wheel cancels the pending read with
    /// <see cref="DeadlinePassedException"/> when it passes, so that the session can say why. Timeout.InfiniteTimeSpan disarms.</summary>
    public void SetDeadline(TimeSpan after) => throw new NotImplementedException();

    /// <summary>True when bytes of the peer have arrived that nobody has consumed: after STARTTLS that is an injection attempt.</summary>
    public bool HasUnreadInput => throw new NotImplementedException();

    /// <summary>Does the TLS handshake on the same connection. The session has already flushed its go-ahead.</summary>
    /// <exception cref="UnreadInputException">Plain text was sent behind the command (CVE-2011-0411): close the connection.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The handshake failed: close the connection.</exception>
    public Task StartTlsAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>COMPRESS=DEFLATE (RFC 4978) in both directions from the next byte on; inflation is capped.</summary>
    public void StartCompression() => throw new NotImplementedException();

    /// <summary>Called when a session goes idle for long (IMAP IDLE): gives buffers back. A hint; never fails.</summary>
    public void ReleaseBuffers() => throw new NotImplementedException();

    /// <summary>Sends what is flushed and closes.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>The session's deadline passed while it waited for the peer.</summary>
public sealed class DeadlinePassedException() : Exception("The peer did not send in time.");

/// <summary>Plain text arrived behind STARTTLS.</summary>
public sealed class UnreadInputException() : Exception("Bytes were sent before TLS began.");
