using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>
/// Writes now and then what sign-ins have taught, so that a crash forgets minutes of it at most: known places, and
/// devices that fail. The end of the server writes it by <see cref="MailDirectory"/>.
/// </summary>
internal sealed class SignInClock(KnownPlaces known, FailingSignIns failing, TimeProvider time, ILogger<SignInClock> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await failing.SaveAsync(stoppingToken);
                await known.SaveAsync(now: false, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // A full disk, or one that is slow: the next round tries again.
                Log.SignInsNotKept(logger, failure);
            }
    }
}
