using Microsoft.Extensions.Hosting;

namespace Casella.Core.Work;

/// <summary>Brings back what is due, every half minute: one question for all accounts.</summary>
internal sealed class ReminderClock(Reminders reminders, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
                await reminders.RunDueAsync(stoppingToken);
        }
    }
}
