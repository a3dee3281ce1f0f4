using Casella.Core.Changes;
using Casella.Core.Messages;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Work;

/// <summary>
/// Ends the work whose draft has not been saved for long, as the server. When it ends is kept in the accounts' files,
/// so a restart changes nothing.
/// </summary>
internal sealed class WorkClock(MailAccounts accounts, TimeProvider time, ILogger<WorkClock> logger) : BackgroundService
{
    /// <summary>Nobody minds a quarter of a minute, and to look at what is in memory costs nothing.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
                await EndDueAsync(stoppingToken);
        }
    }

    public async Task EndDueAsync(CancellationToken cancellationToken)
    {
        foreach (var account in accounts.WithWorkDue(time.GetUtcNow()))
            try
            {
                await account.WriteAsync(Actor.Server, WorkRules.EndDue, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One account's trouble must not keep the others' work in progress; the next round tries again.
                Log.WorkNotEnded(logger, account.Id.Value, failure);
            }
    }
}
