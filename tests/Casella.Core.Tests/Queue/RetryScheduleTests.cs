using Casella.Core.Queue;
using CsCheck;

namespace Casella.Core.Tests.Queue;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly QueueOptions Options = new();

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(6, 160)]
    [InlineData(7, 240)]
    [InlineData(60, 240)]
    [InlineData(1_000_000, 240)]
    public void Waits_double_up_to_four_hours(int attempts, int minutes) =>
        RetrySchedule.Next(Options, Start, attempts, Start).Should().Be(Start.AddMinutes(minutes));

    [Fact]
    public void The_last_attempt_is_when_the_time_is_over_and_then_there_is_none()
    {
        RetrySchedule.Next(Options, Start, 40, Start.AddDays(5).AddHours(-1)).Should().Be(Start.AddDays(5));
        RetrySchedule.Next(Options, Start, 41, Start.AddDays(5)).Should().BeNull();
    }

    [Fact]
    public void It_always_ends_and_never_goes_back() => Gen.Select(Gen.Int[1, 600], Gen.Int[1, 600]).Sample((first, longest) =>
    {
        var options = new QueueOptions { FirstRetry = TimeSpan.FromSeconds(first), LongestRetry = TimeSpan.FromSeconds(longest * 60) };
        var (now, attempts) = (Start, 0);
        while (RetrySchedule.Next(options, Start, ++attempts, now) is { } next)
        {
            if (next <= now || attempts > 100_000_000)
                return false;
            now = next;
        }

        return now >= Start + options.Lifetime;
    });
}
