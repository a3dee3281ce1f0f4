using Casella.Formats.Setup;
using Casella.Server.Options;

namespace Casella.Server.Hosting;

/// <summary>
/// Where the services listen, for what is told to clients: as planned, and as soon as the ports are open with those
/// that the system chose for 0.
/// </summary>
internal sealed class OpenPorts(IReadOnlyList<PlannedPort> planned, string hostName)
{
    private volatile IReadOnlyList<(Service Service, int Port)> _ports = [.. planned.Select(port => (port.Service, port.EndPoint.Port))];

    public int? Https => _ports.Where(open => open.Service is Service.Https).Select(open => (int?)open.Port).FirstOrDefault();

    public int? Metrics => _ports.Where(open => open.Service is Service.Metrics).Select(open => (int?)open.Port).FirstOrDefault();

    /// <summary>As they are configured, for who asks without a server.</summary>
    public static OpenPorts Wanted(CasellaOptions options) => new(PortPlan.Wanted(options.Listeners), options.HostName);

    /// <summary>What mail programs are told.</summary>
    public ClientSettings Clients() => new(hostName, [.. _ports.Select(open => OfClients(open.Service, open.Port)).OfType<ClientService>()]);

    /// <param name="ports">In the order of the plan.</param>
    public void Learn(IEnumerable<int> ports) => _ports = [.. planned.Zip(ports, (wanted, port) => (wanted.Service, port))];

    private static ClientService? OfClients(Service service, int port) => service switch
    {
        Service.Imap => new ClientService(ClientProtocol.Imap, port, ClientTls.StartTls),
        Service.Imaps => new ClientService(ClientProtocol.Imap, port, ClientTls.Implicit),
        Service.Pop3 => new ClientService(ClientProtocol.Pop3, port, ClientTls.StartTls),
        Service.Pop3s => new ClientService(ClientProtocol.Pop3, port, ClientTls.Implicit),
        Service.Submission => new ClientService(ClientProtocol.Submission, port, ClientTls.StartTls),
        Service.Submissions => new ClientService(ClientProtocol.Submission, port, ClientTls.Implicit),
        Service.ManageSieve => new ClientService(ClientProtocol.ManageSieve, port, ClientTls.StartTls),
        // Other servers and browsers find these by themselves.
        Service.Smtp or Service.Http or Service.Https or Service.Metrics => null,
    };
}
