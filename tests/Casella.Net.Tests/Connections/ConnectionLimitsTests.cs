using System.Net;
using AwesomeAssertions;
using Casella.Net.Connections;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Net.Tests.Connections;

public sealed class ConnectionLimitsTests
{
    [Fact]
    public void One_address_has_its_share_and_gets_it_back()
    {
        var limits = new ConnectionLimits(new NetOptions { Connections = 10, ConnectionsPerAddress = 2 }, TimeProvider.System);
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
        var limits = new ConnectionLimits(new NetOptions { Connections = 10, ConnectionsPerAddress = 1 }, TimeProvider.System);

        limits.Enter(IPAddress.Parse("2001:db8::1")).Should().BeNull();
        limits.Enter(IPAddress.Parse("2001:db8::2")).Should().Be(RefusalReason.TooManyFromAddress);
        limits.Enter(IPAddress.Parse("2001:db8:0:1::1")).Should().BeNull();
    }

    [Fact]
    public void All_together_have_a_limit_too()
    {
        var limits = new ConnectionLimits(new NetOptions { Connections = 1, ConnectionsPerAddress = 5 }, TimeProvider.System);

        limits.Enter(IPAddress.Parse("192.0.2.1")).Should().BeNull();
        limits.Enter(IPAddress.Parse("192.0.2.2")).Should().Be(RefusalReason.TooManyConnections);
    }

    [Fact]
    public void Who_comes_and_goes_too_fast_waits_for_the_next_minute()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
        var limits = new ConnectionLimits(new NetOptions { ConnectionsPerAddressAMinute = 2 }, time);
        RefusalReason? Visit(string address)
        {
            var refusal = limits.Enter(IPAddress.Parse(address));
            if (refusal is null)
                limits.Leave(IPAddress.Parse(address));
            return refusal;
        }

        Enumerable.Range(0, 4).Select(_ => Visit("192.0.2.1")).Should().Equal(null, null, RefusalReason.TooManyFromAddress, RefusalReason.TooManyFromAddress);
        Visit("192.0.2.2").Should().BeNull();
        Enumerable.Range(0, 4).Select(i => Visit(i % 2 == 0 ? "127.0.0.1" : "::1")).Should().OnlyContain(refusal => refusal == null, "this machine's own programs may");
        time.Advance(TimeSpan.FromMinutes(1));
        Visit("192.0.2.1").Should().BeNull();
        limits.Total.Should().Be(0);
    }

    [Fact]
    public async Task Nothing_is_left_when_all_have_gone()
    {
        var limits = new ConnectionLimits(new NetOptions { Connections = 10_000, ConnectionsPerAddress = 3, ConnectionsPerAddressAMinute = int.MaxValue }, TimeProvider.System);
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
