using System.Net;
using System.Net.Sockets;
using AwesomeAssertions;
using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Tests.Hosting;

public sealed class PortPlanTests
{
    [Fact]
    public void With_the_right_to_low_ports_they_stay_where_they_were_announced()
    {
        var plan = PortPlan.Make(new ListenersOptions(), _ => null);

        plan.HasMoved.Should().BeFalse();
        plan.Ports.Select(p => p.EndPoint.Port).Should().Equal(25, 587, 465, 143, 993, 110, 995, 4190, 80, 443);
    }

    [Fact]
    public void Without_it_all_ports_below_1024_move_up_together()
    {
        var listeners = new ListenersOptions { Imap = ListenerAddress.Any(1143) };

        // Some systems allow a few: one refusal moves them all, so that the table is easy to remember.
        var plan = PortPlan.Make(listeners, endPoint => endPoint.Port == 993 ? SocketError.AccessDenied : null);

        plan.HasMoved.Should().BeTrue();
        plan.Ports.Select(p => p.EndPoint.Port).Should().Equal(10025, 10587, 10465, 1143, 10993, 10110, 10995, 4190, 10080, 10443);
    }

    [Fact]
    public void What_is_off_is_not_planned() =>
        PortPlan.Make(new ListenersOptions { Pop3 = ListenerAddress.Off, Pop3s = ListenerAddress.Off }, _ => null)
            .Ports.Select(p => p.Service).Should().NotContain([Service.Pop3, Service.Pop3s]);

    [Fact]
    public void A_taken_port_is_told_with_its_service_and_what_to_do()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        var plan = () => PortPlan.Make(Only(new ListenerAddress(IPAddress.Loopback, port, IsOff: false)));

        plan.Should().Throw<CommandException>()
            .WithMessage($"Cannot listen for IMAP on 127.0.0.1:{port}: the port is taken*ss -ltnp*set Listeners:Imaps to another*")
            .Which.Code.Should().Be("Port");
    }

    [Fact]
    public void An_address_of_another_machine_is_told()
    {
        // RFC 5737: an address that is nobody's.
        var plan = () => PortPlan.Make(Only(new ListenerAddress(IPAddress.Parse("192.0.2.1"), 1993, IsOff: false)));

        plan.Should().Throw<CommandException>().WithMessage("*192.0.2.1 is not an address of this machine*");
    }

    private static ListenersOptions Only(ListenerAddress imaps) => new()
    {
        Smtp = ListenerAddress.Off,
        Submission = ListenerAddress.Off,
        Submissions = ListenerAddress.Off,
        Imap = ListenerAddress.Off,
        Imaps = imaps,
        Pop3 = ListenerAddress.Off,
        Pop3s = ListenerAddress.Off,
        ManageSieve = ListenerAddress.Off,
        Http = ListenerAddress.Off,
        Https = ListenerAddress.Off,
    };
}
