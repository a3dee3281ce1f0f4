using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Net.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Casella.Net.Connections;

/// <summary>
/// Puts the mail protocols on Kestrel's ports (docs/adr/0003): accepts, counts, does implicit TLS, runs the session,
/// closes. One object for the process; the server calls <see cref="Configure"/> before it starts.
/// </summary>
public sealed class MailListeners(
    ServerCertificate certificate, NetOptions options, TimeProvider time, ILogger<MailListeners> logger, SignInFeed? signIns = null) : IDisposable
{
    private readonly ConnectionLimits _limits = new(options, time);
    private readonly DeadlineWheel _wheel = new(time);

    /// <summary>Open connections of all services.</summary>
    public int OpenConnections => _limits.Total;

    /// <summary>Adds a port for each listener. Kestrel's own HTTP limits do not apply to them.</summary>
    public void Configure(KestrelServerOptions kestrel, IEnumerable<ListenerSpec> listeners)
    {
        foreach (var listener in listeners)
            kestrel.Listen(listener.EndPoint, endpoint => endpoint.Run(context => AcceptAsync(context, listener)));
    }

    public void Dispose() => _wheel.Dispose();

    /// <summary>Serves one connection of a port that somebody else has put on Kestrel, to its end.</summary>
    public async Task AcceptAsync(ConnectionContext context, ListenerSpec listener)
    {
        var facts = FactsOf(context, listener);
        var refusal = facts.Draining.IsCancellationRequested
            ? RefusalReason.ShuttingDown
            : _limits.Enter(facts.Remote.Address);
        var entered = refusal is null;
        if (entered)
            ConnectionMetrics.Changed(listener.Service, +1);
        else
            ConnectionMetrics.Refuse(listener.Service);
        try
        {
            await using var connection =
                new MailConnection(facts, context.Transport, new ConnectionServices(certificate, _wheel, options));
            await ServeAsync(connection, listener, refusal);
        }
        catch (Exception gone) when (IsTransport(gone))
        {
            Log.ConnectionLost(logger, facts.Id, listener.Service, facts.Remote, gone.Message);
        }
        catch (Exception bug)
        {
            Log.InternalError(logger, bug, facts.Id, listener.Service);
        }
        finally
        {
            if (entered)
            {
                ConnectionMetrics.Changed(listener.Service, -1);
                _limits.Leave(facts.Remote.Address);
            }
        }
    }

    private async Task ServeAsync(MailConnection connection, ListenerSpec listener, RefusalReason? refusal)
    {
        if (refusal is RefusalReason.TooManyFromAddress && listener.Tls == TlsMode.Implicit)
        {
            // The word would cost a handshake, which is what a flood is after.
            Log.Refused(logger, connection.Remote, listener.Service, refusal.Value);
            return;
        }

        if (listener.Tls == TlsMode.Implicit)
            await connection.HandshakeAsync(connection.Aborted);
        if (refusal is { } reason)
        {
            Log.Refused(logger, connection.Remote, listener.Service, reason);
            await connection.Output.WriteAsync(listener.Protocol.Refusal(reason), connection.Aborted);
            return;
        }

        Log.Connected(logger, connection.Id, listener.Service, connection.Remote);
        await listener.Protocol.RunAsync(connection, connection.Aborted);
    }

    private ConnectionFacts FactsOf(ConnectionContext context, ListenerSpec listener)
    {
        var remote = (IPEndPoint)context.RemoteEndPoint!;
        var draining = context.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested;
        return new ConnectionFacts(
            context.ConnectionId,
            remote,
            (IPEndPoint)context.LocalEndPoint!,
            context.ConnectionClosed,
            draining ?? CancellationToken.None)
        {
            Socket = context.Features.Get<IConnectionSocketFeature>()?.Socket,
            TellTrouble = signIns is null || ProtocolOf(listener.Service) is not { } protocol
                ? null
                : trouble => signIns.NoteConnection(protocol, remote.Address, trouble),
        };
    }

    /// <summary>What somebody sets up who comes here; null for what nobody has set up for them.</summary>
    private static AccessProtocol? ProtocolOf(string service) => service switch
    {
        "imap" or "imaps" => AccessProtocol.Imap,
        "pop3" or "pop3s" => AccessProtocol.Pop3,
        "smtp" or "submission" or "submissions" => AccessProtocol.Submission,
        _ => null,
    };

    /// <summary>
    /// What ends a connection without being anybody's bug: the peer is gone, broke TLS, or was too slow.
    /// </summary>
    private static bool IsTransport(Exception exception) => exception is
        IOException or SocketException or OperationCanceledException or AuthenticationException or DeadlinePassedException
        or UnreadInputException or ConnectionResetException or ConnectionAbortedException;
}
