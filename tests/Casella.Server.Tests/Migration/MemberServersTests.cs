using System.Net;
using System.Net.Sockets;
using AwesomeAssertions;
using Casella.Core.Migration;
using Casella.Server.Migration;
using Casella.Server.Options;

namespace Casella.Server.Tests.Migration;

/// <summary>What a member types makes the server connect to the world, and to nothing of its own.</summary>
public sealed class MemberServersTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("[::1]:993")]
    [InlineData("0.0.0.0")]
    [InlineData("::ffff:127.0.0.1")]
    // Ports of other services, wherever.
    [InlineData("192.0.2.1:25")]
    [InlineData("imap.example.org:6379")]
    [InlineData("localhost:143")]
    // No name of a server.
    [InlineData("http://imap.example.org/")]
    [InlineData("")]
    public async Task Inside_and_odd_ports_are_refused_without_a_connection(string server)
    {
        var servers = new MemberServers(new MigrationOptions { PrivateServers = "old.lan, localhost:1143" }, TimeProvider.System);

        var refused = await FluentActions.Invoking(() => servers.OpenAsync(new OldPlace(server, "anna", HasPop3: true), "secret", TestContext.Current.CancellationToken))
            .Should().ThrowAsync<OldServerException>();

        refused.Which.Problem.Should().Be(OldServerProblem.NotAllowed);
    }

    [Fact]
    public async Task What_the_technician_has_named_is_asked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var named = $"localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var servers = new MemberServers(new MigrationOptions { PrivateServers = $"old.lan,{named}" }, TimeProvider.System);

        var asked = servers.OpenAsync(new OldPlace(named, "anna", HasPop3: false), "secret", TestContext.Current.CancellationToken);
        (await listener.AcceptSocketAsync(TestContext.Current.CancellationToken)).Dispose();

        (await FluentActions.Awaiting(() => asked).Should().ThrowAsync<OldServerException>()).Which.Problem.Should().NotBe(OldServerProblem.NotAllowed);
    }
}
