using AwesomeAssertions;
using Casella.Server.CommandLine;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Server.Tests.CommandLine;

/// <summary>Moments as people type them.</summary>
public sealed class TimeArgumentTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 15, 30, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("14:00", "2026-11-25 14:00:00")]
    [InlineData("9:05:30", "2026-11-25 09:05:30")]
    [InlineData("yesterday 9:00", "2026-11-24 09:00:00")]
    [InlineData("2h", "2026-11-25 13:30:00")]
    [InlineData("30m", "2026-11-25 15:00:00")]
    [InlineData("3d", "2026-11-22 15:30:00")]
    [InlineData("2026-11-20", "2026-11-20 00:00:00")]
    [InlineData("2026-11-20 08:15", "2026-11-20 08:15:00")]
    [InlineData("2026-11-20T08:15:00+02:00", "2026-11-20 06:15:00")]
    public void A_time_is_read(string typed, string utc) =>
        TimeArgument.Parse(typed, _time).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture).Should().Be(utc);

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("25:00")]
    [InlineData("h")]
    [InlineData("-2h")]
    [InlineData("99999999h")]
    [InlineData("2147483647m")]
    [InlineData("2147483647d")]
    public void What_is_none_is_said(string typed)
    {
        var refused = () => TimeArgument.Parse(typed, _time);
        refused.Should().Throw<CommandException>().WithMessage("*is not a time such as 14:00*");
    }
}
