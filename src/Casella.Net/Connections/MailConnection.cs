using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Casella.Core.Directory;
using Casella.Net.Tls;

namespace Casella.Net.Connections;

/// <summary>
/// One client connection as a protocol session sees it: bytes in, bytes out, TLS and compression that change beneath
/// them, deadlines. Made by the listener for each accepted connection; implicit TLS is already done when the session
/// gets it. Not thread-safe: one session loop reads; writes come from that loop or are serialized by the session.
/// </summary>
public sealed class MailConnection : IAsyncDisposable
{
    /// <summary>
    /// SslStream makes one TLS record of each write, at most 16 KB; larger writes would be buffered whole.
    /// </summary>
    private const int RecordSize = 16 * 1024;
    private const int ReadSize = 4 * 1024;

    /// <summary>
    /// A session that is asked to end and does not (it is stuck in a write, or in a message) has this long, so that
    /// whoever lost the access has lost it within a second.
    /// </summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromMilliseconds(500);

    private readonly IDuplexPipe _transport;
    private readonly ServerCertificate _certificate;
    private readonly DeadlineWheel _wheel;
    private readonly NetOptions _options;
    private readonly CancellationTokenSource _aborted;
    private readonly CancellationTokenSource _draining;
    private readonly Socket? _socket;
    private readonly Action<SignInOutcome>? _tellTrouble;
    private SslStream? _tls;
    private bool _hasHeard;
    private long _readDeadline = long.MaxValue;
    private long _writeDeadline = long.MaxValue;
    private int _disposed;
    private int _ending;
    private ITimer? _endTimer;

    internal MailConnection(ConnectionFacts facts, IDuplexPipe transport, ConnectionServices services)
    {
        (Id, Remote, Local) = (facts.Id, facts.Remote, facts.Local);
        (_transport, _certificate, _wheel, _options) = (transport, services.Certificate, services.Wheel, services.Options);
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(facts.Closed);
        _draining = CancellationTokenSource.CreateLinkedTokenSource(facts.Draining);
        Draining = _draining.Token;
        (_socket, _tellTrouble) = (facts.Socket, facts.TellTrouble);
        Input = transport.Input;
        Output = new StallGuardedWriter(transport.Output, this);
        _wheel.Add(this);
    }

    /// <summary>Short unique id for the log scope.</summary>
    public string Id { get; }
    public IPEndPoint Remote { get; }
    public IPEndPoint Local { get; }

    /// <summary>True under TLS; sign-in with a clear-text password is offered only then.</summary>
    public bool IsSecure => Tls is not null;
    public TlsFacts? Tls { get; private set; }

    /// <summary>What a sign-in can be tied to; null before TLS.</summary>
    public ChannelBindings? ChannelBindings { get; private set; }

    /// <summary>The client's certificate, if it has shown one that may be trusted.</summary>
    public ClientCertificate? ClientCertificate { get; private set; }
    public bool IsCompressed { get; private set; }

    /// <summary>
    /// Current input: plain, TLS or inflated. Fetch anew after <see cref="StartTlsAsync"/> and
    /// <see cref="StartCompression"/>.
    /// </summary>
    public PipeReader Input { get; private set; }

    /// <summary>
    /// Current output. FlushAsync sends (and flushes the deflate block, RFC 4978 §4). A peer that does not read for the
    /// write-stall time ends the connection.
    /// </summary>
    public PipeWriter Output { get; private set; }

    /// <summary>Cancelled when the peer is gone, does not read, or the process must end now.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>
    /// Cancelled when the server begins an orderly stop, or this session is to end (<see cref="End"/>): finish the
    /// command, say goodbye.
    /// </summary>
    public CancellationToken Draining { get; }

    /// <summary>Why this session is to end; null in a stop of the server, and while nobody wants it to.</summary>
    public SessionEnd? EndReason { get; private set; }

    /// <summary>
    /// True once the read deadline has passed; framers turn the cancelled read into
    /// <see cref="DeadlinePassedException"/>.
    /// </summary>
    internal bool HasPassedDeadline { get; private set; }

    /// <summary>Octets of this connection so far, TLS and all.</summary>
    public SessionTraffic CountTraffic() => TcpTraffic.Read(_socket);

    /// <summary>
    /// (Re)arms the one deadline for reading: when it passes the pending read ends with
    /// <see cref="DeadlinePassedException"/>, so that the session can say why. Timeout.InfiniteTimeSpan disarms.
    /// </summary>
    public void SetDeadline(TimeSpan after)
    {
        HasPassedDeadline = false;
        Volatile.Write(ref _readDeadline, after == Timeout.InfiniteTimeSpan ? long.MaxValue : In(after));
    }

    /// <summary>
    /// True when bytes of the peer have arrived that nobody has consumed: after STARTTLS that is an injection attempt.
    /// </summary>
    public bool HasUnreadInput
    {
        get
        {
            if (!Input.TryRead(out var result))
                return false;
            var unread = !result.Buffer.IsEmpty;
            Input.AdvanceTo(result.Buffer.Start);
            return unread;
        }
    }

    /// <summary>
    /// Within a message or behind a literal: what has arrived is acknowledged now if the rest has not come with it. See
    /// <see cref="QuickAck"/>.
    /// </summary>
    internal void ExpectMore()
    {
        if (!HasUnreadInput)
            QuickAck.Send(_socket);
    }

    /// <summary>
    /// STARTTLS: sends the go-ahead that the session has written and not flushed, and does the TLS handshake on the
    /// same connection.
    /// </summary>
    /// <exception cref="UnreadInputException">Plain text was sent behind the command (CVE-2011-0411): close the
    /// connection.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The handshake failed: close the
    /// connection.</exception>
    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        // Before the go-ahead is sent: what comes behind it is the hello of a client that is fast. Plain text that
        // comes between the two breaks the handshake.
        if (HasUnreadInput)
            throw new UnreadInputException();
        await Output.FlushAsync(cancellationToken);
        await HandshakeAsync(cancellationToken);
    }

    /// <summary>
    /// TLS from here on: from the first byte (RFC 8314), or behind a go-ahead that is sent already; then the session
    /// has asked <see cref="HasUnreadInput"/> before it sent it. The client's hello may well be here.
    /// </summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The handshake failed: close the
    /// connection.</exception>
    public async Task HandshakeAsync(CancellationToken cancellationToken)
    {
        var shown = _certificate.Shown;
        var below = new DuplexPipeStream(_transport.Input, _transport.Output);
        var tls = new SslStream(below, leaveInnerStreamOpen: true);
        var begun = _wheel.Time.GetTimestamp();
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Aborted);
            deadline.CancelAfter(_options.HandshakeTime);
            if (_certificate.HasOthers)
                await tls.AuthenticateAsServerAsync(
                    (_, hello, _, _) => ValueTask.FromResult((shown = _certificate.ShownFor(hello.ServerName)).Options), state: null, deadline.Token);
            else
                await tls.AuthenticateAsServerAsync(shown.Options, deadline.Token);
        }
        catch (Exception failure)
        {
            if (HandshakeTrouble.Of(failure, below.FirstOctet, _wheel.Time.GetElapsedTime(begun), shown.Certificate, _wheel.Time.GetUtcNow()) is { } trouble)
                _tellTrouble?.Invoke(trouble);
            await tls.DisposeAsync();
            throw;
        }

        _tls = tls;
        ChannelBindings = new ChannelBindings(tls, shown.Certificate);
        ClientCertificate = shown.Clients?.Verify(tls.RemoteCertificate, _wheel.Time.GetUtcNow());
        Tls = new TlsFacts(tls.SslProtocol, tls.NegotiatedCipherSuite.ToString(), tls.TargetHostName is { Length: > 0 } n ? n : null);
        Layer(tls, useZeroByteReads: true);
    }

    /// <summary>
    /// Looks at the first that comes in clear text. A program that begins with TLS here has the wrong port, and would wait
    /// for minutes: it is told at once, by the end.
    /// </summary>
    /// <exception cref="IOException">A TLS hello.</exception>
    internal void Hear(in ReadOnlySequence<byte> arrived)
    {
        if (_hasHeard || arrived.IsEmpty)
            return;
        _hasHeard = true;
        if (IsSecure || arrived.FirstSpan is not [HandshakeTrouble.Handshake, HandshakeTrouble.MajorVersion, ..])
            return;
        _tellTrouble?.Invoke(SignInOutcome.WrongPort);
        throw new IOException("TLS began on a port that begins in clear text.");
    }

    /// <summary>
    /// COMPRESS=DEFLATE (RFC 4978) in both directions from the next byte on. Bytes that were read already are inflated
    /// first.
    /// </summary>
    public void StartCompression()
    {
        var below = _tls ?? (Stream)new DuplexPipeStream(_transport.Input, _transport.Output);
        var inflate = new InflateStream(Input.AsStream(leaveOpen: true));
        var deflate = new DeflateStream(below, CompressionLevel.Fastest, leaveOpen: true);
        Input = PipeReader.Create(inflate, new StreamPipeReaderOptions(bufferSize: ReadSize));
        Output = new StallGuardedWriter(
            PipeWriter.Create(deflate, new StreamPipeWriterOptions(minimumBufferSize: RecordSize, leaveOpen: true)), this);
        IsCompressed = true;
    }

    private void Layer(Stream stream, bool useZeroByteReads)
    {
        Input = PipeReader.Create(
            stream, new StreamPipeReaderOptions(bufferSize: ReadSize, leaveOpen: true, useZeroByteReads: useZeroByteReads));
        Output = new StallGuardedWriter(
            PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: RecordSize, leaveOpen: true)), this);
    }

    /// <summary>Ends the connection at once: the pending read and write fail.</summary>
    public void Abort()
    {
        try
        {
            _aborted.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The session has just ended by itself; there is nothing left to abort.
            return;
        }

        Input.CancelPendingRead();
        Output.CancelPendingFlush();
    }

    /// <summary>
    /// Asks this session to end, as an orderly stop of the server asks all: a pending read for the next command ends,
    /// the session says why and closes. Whatever does not end by itself soon is aborted. Called from other threads;
    /// never blocks or throws.
    /// </summary>
    public void End(SessionEnd why)
    {
        if (Interlocked.Exchange(ref _ending, 1) != 0)
            return;
        EndReason = why;
        Volatile.Write(ref _endTimer, _wheel.Time.CreateTimer(
            static connection => ((MailConnection)connection!).Abort(), this, EndPatience, Timeout.InfiniteTimeSpan));
        try
        {
            // On the pool: the session's goodbye is not for the thread of whoever revokes.
            _ = _draining.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The session has just ended by itself.
            _endTimer?.Dispose();
        }
    }

    /// <summary>
    /// Called when a session goes idle for long (IMAP IDLE): gives buffers back. A hint; never fails.
    /// </summary>
    public void ReleaseBuffers() => OpenSslBuffers.ReleaseWhenIdle(_tls);

    /// <summary>Sends what is flushed and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _wheel.Remove(this);
        try
        {
            if (IsCompressed)
                await Input.CompleteAsync();
            if (_tls is { } tls)
            {
                await tls.ShutdownAsync().WaitAsync(TimeSpan.FromSeconds(1), _wheel.Time);
                await tls.DisposeAsync();
            }
        }
        catch (Exception gone) when (gone is IOException or TimeoutException or OperationCanceledException or InvalidOperationException or CryptographicException)
        {
            // The peer left without waiting for our close_notify, or broke TLS before; the transport below is closed
            // all the same.
            _tls?.Close();
        }
        finally
        {
            Volatile.Read(ref _endTimer)?.Dispose();
            _draining.Dispose();
            _aborted.Dispose();
        }
    }

    internal void BeginWriteDeadline() => Volatile.Write(ref _writeDeadline, In(_options.WriteStallTime));
    internal void EndWriteDeadline() => Volatile.Write(ref _writeDeadline, long.MaxValue);

    /// <summary>Called by the wheel, on its thread.</summary>
    internal void CheckDeadlines(long now)
    {
        if (now >= Volatile.Read(ref _writeDeadline))
        {
            Abort();
        }
        else if (now >= Volatile.Read(ref _readDeadline))
        {
            Volatile.Write(ref _readDeadline, long.MaxValue);
            HasPassedDeadline = true;
            Input.CancelPendingRead();
        }
    }

    private long In(TimeSpan after) =>
        _wheel.Time.GetTimestamp() + (long)(after.TotalSeconds * _wheel.Time.TimestampFrequency);
}

/// <summary>Who is connected, and the signals of its life.</summary>
/// <param name="Closed">Cancelled when the transport is closed or the process must end.</param>
internal sealed record ConnectionFacts(
    string Id, IPEndPoint Remote, IPEndPoint Local, CancellationToken Closed, CancellationToken Draining)
{
    /// <summary>The transport's socket; null where there is none (tests over pipes).</summary>
    public Socket? Socket { get; init; }

    /// <summary>Called with what keeps a program from signing in; never blocks or throws.</summary>
    public Action<SignInOutcome>? TellTrouble { get; init; }
}

/// <summary>What all connections share.</summary>
internal sealed record ConnectionServices(ServerCertificate Certificate, DeadlineWheel Wheel, NetOptions Options);

/// <summary>The session's deadline passed while it waited for the peer.</summary>
public sealed class DeadlinePassedException() : Exception("The peer did not send in time.");

/// <summary>Plain text arrived behind STARTTLS.</summary>
public sealed class UnreadInputException() : Exception("Bytes were sent before TLS began.");
