using Casella.Core.Messages;
using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering.Events;

/// <summary>
/// Runs the scripts of mailboxes behind the commits of their members. An account gives way to the others after a page of
/// events; what a process that was killed has not run, it runs when the account is opened next.
/// </summary>
internal sealed class EventRunner(EventRun run, MailAccounts accounts, IDirectoryStore directory, TimeProvider time, ILogger<EventRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await accounts.Events.WaitAsync(Wait, time, stoppingToken);
                foreach (var account in accounts.Events.Take())
                    if (await TryAsync(account, stoppingToken))
                        accounts.Events.Raise(account);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
    }

    /// <summary>All that there is to run, for tests.</summary>
    public async Task RunAllAsync(CancellationToken cancellationToken)
    {
        foreach (var account in await directory.AccountsAsync(cancellationToken))
            while (await run.RunNextAsync(await accounts.OpenForDeliveryAsync(account, cancellationToken), account, cancellationToken))
                continue;
    }

    /// <summary>One account's trouble does not keep the others waiting; its next commit tries again.</summary>
    /// <returns>Whether there is more to do.</returns>
    private async Task<bool> TryAsync(AccountId account, CancellationToken cancellationToken)
    {
        try
        {
            return await directory.FindAccountAsync(account, cancellationToken) is { } entry
                && await run.RunNextAsync(await accounts.OpenForDeliveryAsync(entry, cancellationToken), entry, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Filtering.Log.EventsStopped(logger, account.Value, failure);
            return false;
        }
    }
}
