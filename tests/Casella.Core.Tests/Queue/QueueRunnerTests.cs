using Casella.Core.Queue;
using Casella.Core.Submission;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Casella.Core.Tests.Queue;

public sealed class QueueRunnerTests
{
    /// <summary>A crowd for one domain that does not answer, and one message for another that does.</summary>
    [Fact]
    public async Task A_domain_that_hangs_does_not_hold_up_the_others()
    {
        await using var house = await House.OpenAsync("anna");
        var (hangs, arrived) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (atOnce, most) = (0, 0);
        house.Transport.During = async mail =>
        {
            if (mail.Domain is "fast.example")
            {
                arrived.SetResult();
                return;
            }

            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await hangs.Task;
            Interlocked.Decrement(ref atOnce);
        };
        for (var i = 0; i < 50; i++)
            await EnqueueAsync(house, "x@slow.example");
        await EnqueueAsync(house, "x@fast.example");
        var runner = house.Get<IEnumerable<IHostedService>>().OfType<QueueRunner>().Single();
        await runner.StartAsync(House.Cancelled);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), House.Cancelled);
        hangs.SetResult();
        while ((await house.Queue.ListAsync(House.Cancelled)).Count > 0)
            await Task.Delay(5, House.Cancelled);
        await runner.StopAsync(House.Cancelled);
        most.Should().BeLessThanOrEqualTo(house.QueueOptions.AttemptsPerDomain);
        house.Transport.Sent.Should().HaveCount(51, "nothing is sent twice");
    }

    [Fact]
    public void A_domain_that_has_had_its_minutes_share_waits_and_the_others_do_not()
    {
        var (pace, now) = (new DomainPace(2), DateTimeOffset.UnixEpoch);
        pace.TryBegin("slow.example", now).Should().BeTrue();
        pace.TryBegin("slow.example", now.AddSeconds(10)).Should().BeTrue();
        pace.TryBegin("slow.example", now.AddSeconds(20)).Should().BeFalse();
        pace.TryBegin("fast.example", now.AddSeconds(20)).Should().BeTrue();
        pace.UntilNext(now.AddSeconds(20)).Should().Be(TimeSpan.FromSeconds(40));
        pace.TryBegin("slow.example", now.AddSeconds(60)).Should().BeTrue("the first is a minute ago");
        pace.UntilNext(now.AddSeconds(200)).Should().BeNull();
        Enumerable.Range(0, 1_000).Should().OnlyContain(_ => new DomainPace(0).TryBegin("any.example", now));
    }

    [Fact]
    public async Task The_queue_goes_on_when_the_minute_is_over()
    {
        await using var house = await House.OpenAsync(
            new Casella.Core.Filtering.Spam.SpamOptions(), services => services.AddSingleton(new QueueOptions { AttemptsPerDomainAMinute = 2 }), "anna");
        for (var i = 0; i < 5; i++)
            await EnqueueAsync(house, "x@slow.example");
        for (var i = 0; i < 5; i++)
            await EnqueueAsync(house, "anna@example.test", $"<{i}@example.test>");
        var runner = house.Get<IEnumerable<IHostedService>>().OfType<QueueRunner>().Single();
        await runner.StartAsync(House.Cancelled);
        foreach (var sent in (int[])[2, 4, 5])
        {
            while (house.Transport.Sent.Count < sent)
                await Task.Delay(5, House.Cancelled);
            while ((await house.ReadAsync("anna")).Count < 5)
                await Task.Delay(5, House.Cancelled);
            await Task.Delay(50, House.Cancelled);
            house.Transport.Sent.Should().HaveCount(sent);
            (await house.ReadAsync("anna")).Should().HaveCount(5, "what stays here need not wait");
            house.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await runner.StopAsync(House.Cancelled);
    }

    private static async Task EnqueueAsync(House house, string recipient, string id = "<m@example.test>")
    {
        await using var message = House.Message($"From: anna@example.test\r\nMessage-ID: {id}\r\n\r\nbody\r\n");
        await house.Queue.EnqueueAsync(
            new QueueRequest(null, House.Address("anna@example.test"), [new SubmissionRecipient(House.Address(recipient), null, null)], message, null, null),
            House.Cancelled);
    }
}
