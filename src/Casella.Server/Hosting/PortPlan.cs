using System.Net;
using System.Net.Sockets;
using Casella.Server.Options;

namespace Casella.Server.Hosting;

/// <summary>
/// Where the services will listen: tried out before anything is started, so that "port in use" is a sentence with a
/// name in it, and so that without the right to ports below 1024 they all move up together. Called by serve.
/// </summary>
internal sealed class PortPlan
{
    private const int FirstUnprivileged = 1024;
    private const int Step = 10_000;

    private PortPlan(IReadOnlyList<PlannedPort> ports, bool hasMoved) => (Ports, HasMoved) = (ports, hasMoved);

    public IReadOnlyList<PlannedPort> Ports { get; }

    /// <summary>True when ports below 1024 were out of reach and all of them moved up by 10000.</summary>
    public bool HasMoved { get; }

    /// <exception cref="CommandException">A port is taken, or its address is not this machine's.</exception>
    public static PortPlan Make(ListenersOptions listeners) => Make(listeners, Try);

    /// <param name="tryOut">Opens and closes a port: null when that worked.</param>
    internal static PortPlan Make(ListenersOptions listeners, Func<IPEndPoint, SocketError?> tryOut)
    {
        var wanted = Wanted(listeners);
        var mustMove = wanted.Any(p => p.EndPoint.Port is > 0 and < FirstUnprivileged && tryOut(p.EndPoint) is SocketError.AccessDenied);
        IReadOnlyList<PlannedPort> planned = mustMove ? [.. wanted.Select(Moved)] : wanted;
        foreach (var port in planned)
            if (tryOut(port.EndPoint) is { } failure)
                throw new CommandException("Port", Problem(port, failure));
        return new PortPlan(planned, mustMove);
    }

    /// <summary>As they are configured, less those that are off; nothing is tried.</summary>
    public static IReadOnlyList<PlannedPort> Wanted(ListenersOptions listeners) => [.. Services(listeners).OfType<PlannedPort>()];

    private static PlannedPort?[] Services(ListenersOptions listeners) =>
    [
        Plan(Service.Smtp, nameof(listeners.Smtp), listeners.Smtp),
        Plan(Service.Submission, nameof(listeners.Submission), listeners.Submission),
        Plan(Service.Submissions, nameof(listeners.Submissions), listeners.Submissions),
        Plan(Service.Imap, nameof(listeners.Imap), listeners.Imap),
        Plan(Service.Imaps, nameof(listeners.Imaps), listeners.Imaps),
        Plan(Service.Pop3, nameof(listeners.Pop3), listeners.Pop3),
        Plan(Service.Pop3s, nameof(listeners.Pop3s), listeners.Pop3s),
        Plan(Service.ManageSieve, nameof(listeners.ManageSieve), listeners.ManageSieve),
        Plan(Service.Http, nameof(listeners.Http), listeners.Http),
        Plan(Service.Https, nameof(listeners.Https), listeners.Https),
        Plan(Service.Metrics, nameof(listeners.Metrics), listeners.Metrics),
    ];

    private static PlannedPort? Plan(Service service, string option, ListenerAddress address) => address.IsOff
        ? null
        : new PlannedPort(service, $"Listeners:{option}", new IPEndPoint(address.Address ?? Everywhere, address.Port));

    // Kestrel opens [::] for both families; a machine without IPv6 gets 0.0.0.0.
    private static IPAddress Everywhere { get; } = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static PlannedPort Moved(PlannedPort port) => port.EndPoint.Port is > 0 and < FirstUnprivileged
        ? port with { EndPoint = new IPEndPoint(port.EndPoint.Address, port.EndPoint.Port + Step) }
        : port;

    private static SocketError? Try(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(endPoint);
            socket.Listen(1);
            return null;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode;
        }
    }

    private static string Problem(PlannedPort port, SocketError failure)
    {
        var where = $"Cannot listen for {ServiceNames.Of(port.Service)} on {port.EndPoint}";
        return failure switch
        {
            SocketError.AddressAlreadyInUse =>
                $"{where}: the port is taken. See by whom with \"ss -ltnp 'sport = :{port.EndPoint.Port}'\" and stop that program, or set {port.Option} to another address:port, or to off.",
            SocketError.AddressNotAvailable =>
                $"{where}: {port.EndPoint.Address} is not an address of this machine. Set {port.Option} to one that is, or to *:{port.EndPoint.Port} for all.",
            SocketError.AccessDenied => $"{where}: the system does not allow it. Set {port.Option} to another address:port, or to off.",
            _ => $"{where}: {failure}. Set {port.Option} to another address:port, or to off.",
        };
    }
}

/// <param name="Option">The option that decides it, for messages.</param>
internal sealed record PlannedPort(Service Service, string Option, IPEndPoint EndPoint);

/// <summary>What listens, in the order of the table.</summary>
internal enum Service { Smtp, Submission, Submissions, Imap, Imaps, Pop3, Pop3s, ManageSieve, Http, Https, Metrics }
