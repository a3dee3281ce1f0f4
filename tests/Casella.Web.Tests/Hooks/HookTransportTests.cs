using AwesomeAssertions;
using Casella.Core.Office;
using Casella.Web.Hooks;

namespace Casella.Web.Tests.Hooks;

/// <summary>Nobody makes the server knock at doors of its own network.</summary>
public sealed class HookTransportTests
{
    [Theory]
    [InlineData("https://127.0.0.1:9/")]
    [InlineData("https://localhost:9/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]:9/")]
    [InlineData("https://[::ffff:192.168.1.1]/")]
    public async Task A_place_that_is_not_public_is_not_called(string url)
    {
        using var transport = new HookTransport();

        var error = await transport.SendAsync(new SignedCall(url, "1", "mailbox.add", "{}", "t=1,v1=00"), TestContext.Current.CancellationToken);

        error.Should().Contain("no public place");
    }
}
