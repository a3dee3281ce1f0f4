using System.Collections.Frozen;
using Casella.Imap;
using Casella.ManageSieve;
using Casella.Net.Connections;
using Casella.Pop3;
using Casella.Smtp;
using Microsoft.AspNetCore.Connections;

namespace Casella.Server.Hosting;

/// <summary>
/// What is behind each mail port: its protocol and how it speaks TLS. Kestrel knows the ports before this is made, and
/// opens them after. Made by <see cref="MailServer"/>.
/// </summary>
internal sealed class MailDoors(PortPlan plan, MailListeners listeners, IServiceProvider services)
{
    private readonly FrozenDictionary<PlannedPort, ListenerSpec> _doors = plan.Ports
        .Where(port => port.Service is not (Service.Http or Service.Https or Service.Metrics))
        .ToFrozenDictionary(port => port, port => Spec(port, services));

    public Task AcceptAsync(ConnectionContext connection, PlannedPort port) => listeners.AcceptAsync(connection, _doors[port]);

    private static ListenerSpec Spec(PlannedPort port, IServiceProvider services)
    {
        IMailProtocol protocol = port.Service switch
        {
            Service.Imap or Service.Imaps => services.GetRequiredService<ImapProtocol>(),
            Service.Pop3 or Service.Pop3s => services.GetRequiredService<Pop3Protocol>(),
            Service.ManageSieve => services.GetRequiredService<ManageSieveProtocol>(),
            Service.Smtp => services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Mx),
            Service.Submission or Service.Submissions => services.GetRequiredKeyedService<SmtpProtocol>(SmtpRole.Submission),
            Service.Http or Service.Https or Service.Metrics => throw new ArgumentOutOfRangeException(nameof(port), port.Service, "No mail protocol."),
        };
        return new ListenerSpec(ServiceNames.Short(port.Service), port.EndPoint, ServiceNames.Tls(port.Service), protocol);
    }
}
