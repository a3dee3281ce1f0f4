using System.Net;
using AwesomeAssertions;
using Casella.Net.Connections;

namespace Casella.Net.Tests.Connections;

public sealed class ConnectionLimitsTests
{
    [Fact]
    public void One_address_has_its_share_and_gets_it_back()
    {
        var limits = new ConnectionLimits(new NetOptions { Connections = 10, ConnectionsPerAddress = 2 });
        var office = IPAddress.Parse("192.0.2.1");

        limits.Enter(office).Should().BeNull();
        limits.Enter(IPAddress.Parse("::ffff:192.0.2.1")).Should().BeNull("it is the same address");
        limits.Enter(office).Should().Be(RefusalReason.TooManyFromAddress);
        limits.Total.Should().Be(2, "who was refused does not count");
        limits.Leave(office);
        limits.Enter(office).Should().BeNull();
    }

    [Fact]
    public void An_IPv6_household_counts_as_one()
    {
        var limits = new ConnectionLimits(new NetOptions { Connections = 10, ConnectionsPerAddress = 1 });

        limits.Enter(IPAddress.Parse("2001:db8::1")).Should().BeNull();
        limits.Enter(IPAddress.Parse("2001:db8::2")).Should().Be(RefusalReason.TooManyFromAddress);
        limits.Enter(IPAddress.Parse("2001:db8:0:1::1")).Should().BeNull();
    }

    [Fact]
    public void All_together_have_a_limit_too()
    {
        var limits = new ConnectionLimits(new NetOptions { Connections = 1, ConnectionsPerAddress = 5 });

        limits.Enter(IPAddress.Parse("192.0.2.1")).Should().BeNull();
        limits.Enter(IPAddress.Parse("192.0.2.2")).Should().Be(RefusalReason.TooManyConnections);
    }

    [Fact]
    public async Task Nothing_is_left_when_all_have_gone()
    {
        var limits = new ConnectionLimits(new NetOptions { Connections = 10_000, ConnectionsPerAddress = 3 });
        var address = IPAddress.Parse("192.0.2.1");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                if (limits.Enter(address) is null)
                    limits.Leave(address);
        })));

        limits.Total.Should().Be(0);
        limits.Enter(address).Should().BeNull();
    }
}
