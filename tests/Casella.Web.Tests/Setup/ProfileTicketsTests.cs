using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Formats.Addresses;
using Casella.Web.Setup;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Web.Tests.Setup;

/// <summary>A password on its way to a telephone: once, and not for long.</summary>
public sealed class ProfileTicketsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 7, 0, 0, TimeSpan.Zero));
    private readonly ProfileTickets _tickets;

    public ProfileTicketsTests() => _tickets = new ProfileTickets(_time);

    [Fact]
    public void A_ticket_may_be_looked_at_and_is_taken_once()
    {
        var token = _tickets.Issue(Ticket());

        _tickets.Look(token).Should().NotBeNull();
        _tickets.Take(token)!.Device.Password.Should().Be("mq4x");
        _tickets.Take(token).Should().BeNull();
        _tickets.Look(token).Should().BeNull();
    }

    [Fact]
    public void It_ends_after_some_minutes()
    {
        var token = _tickets.Issue(Ticket());
        _time.Advance(ProfileTickets.Lasts);

        _tickets.Look(token).Should().BeNull();
        _tickets.Take(token).Should().BeNull();
    }

    [Fact]
    public void A_flood_of_them_takes_the_oldest()
    {
        var first = _tickets.Issue(Ticket());
        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 500; i++)
            _tickets.Issue(Ticket());

        _tickets.Look(first).Should().BeNull();
    }

    [Fact]
    public void Tokens_are_not_guessed()
    {
        _tickets.Issue(Ticket()).Should().MatchRegex("^[0-9a-f]{64}$").And.NotBe(_tickets.Issue(Ticket()));
        _tickets.Take("").Should().BeNull();
    }

    private static ProfileTicket Ticket()
    {
        EmailAddress.TryParse("info@example.org", out var address).Should().BeTrue();
        var device = new DeviceInfo(new DeviceId(7), address, null, "iPhone", DeviceProtocols.All, DateTimeOffset.UnixEpoch, null, null);
        return new ProfileTicket(new AddedDevice(device, "mq4x"), "Anna");
    }
}
