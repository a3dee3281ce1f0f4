using Casella.Core.Queue;
using Casella.Core.Submission;
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

    private static async Task EnqueueAsync(House house, string recipient)
    {
        await using var message = House.Message("From: anna@example.test\r\n\r\nbody\r\n");
        await house.Queue.EnqueueAsync(
            new QueueRequest(null, House.Address("anna@example.test"), [new SubmissionRecipient(House.Address(recipient), null, null)], message, null, null),
            House.Cancelled);
    }
}
