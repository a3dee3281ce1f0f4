using AwesomeAssertions;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Smtp.Outbound;
using Casella.Smtp.Tests.World;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Casella.Smtp.Tests.Outbound;

/// <summary>A connection serves the next message of its domain, when one waits, and no other.</summary>
public sealed class RestingServersTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly PlainServer _there = new();
    private readonly RestingServers _resting;

    public RestingServersTests() => _resting = new RestingServers(_time);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _resting.DisposeAsync();
        await _there.DisposeAsync();
    }

    [Fact]
    public async Task It_is_used_again_for_the_same_domain_and_the_same_demand()
    {
        var open = await OpenAsync();
        await _resting.ReturnAsync(Mail(), open);

        (await _resting.TakeAsync(Mail() with { Domain = "else.test" }, Cancelled)).Should().BeNull();
        (await _resting.TakeAsync(Mail() with { Security = TransportSecurity.Required }, Cancelled)).Should().BeNull();
        (await _resting.TakeAsync(Mail(), Cancelled)).Should().Be(open);
        (await _resting.TakeAsync(Mail(), Cancelled)).Should().BeNull("it is in use");
        await open.Server.DisposeAsync();
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 100)]
    public async Task It_is_closed_when_nothing_waits_and_after_a_hundred_messages(bool moreWaits, int messages)
    {
        await _resting.ReturnAsync(Mail() with { MoreWaits = moreWaits }, await OpenAsync() with { Messages = messages });

        (await _resting.TakeAsync(Mail(), Cancelled)).Should().BeNull();
        await UntilClosedAsync();
    }

    [Fact]
    public async Task After_two_seconds_of_rest_it_is_closed()
    {
        await _resting.ReturnAsync(Mail(), await OpenAsync());
        _time.Advance(TimeSpan.FromSeconds(3));

        await UntilClosedAsync();
        (await _resting.TakeAsync(Mail(), Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task One_whose_server_has_hung_up_is_not_taken()
    {
        await using (var gone = new PlainServer())
            await _resting.ReturnAsync(Mail(), await OpenAsync(gone.Port));

        (await _resting.TakeAsync(Mail(), Cancelled)).Should().BeNull();
    }

    private async Task UntilClosedAsync()
    {
        while (_there.Goodbyes == 0)
            await Task.Delay(5, Cancelled);
    }

    private Task<OpenServer> OpenAsync() => OpenAsync(_there.Port);

    private static async Task<OpenServer> OpenAsync(int port) => new(
        await RemoteServer.ConnectAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port), new OutboundOptions(), "here.test", Cancelled),
        "mx.there.test", WireSecurity.ClearText, 1);

    private static OutboundMail Mail() => new(
        "there.test", null, [new SubmissionRecipient(EmailAddress.TryParse("info@there.test", out var address) ? address : throw new InvalidOperationException(), null, null)],
        MessageStaging.FromBytes("Subject: x\r\n\r\n"u8.ToArray()), null, null)
    {
        MoreWaits = true,
    };
}
