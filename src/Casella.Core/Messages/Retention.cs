using Casella.Core.Changes;
using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

/// <summary>
/// The regular tidying: messages whose last placement is gone longer than the grace time, deliveries too old to be
/// repeated, blobs that no row names, old entries of the change log. Small units, so that no session waits.
/// </summary>
internal sealed class Retention(
    IMailStore store, IDirectoryStore directory, MessageOptions options, TimeProvider time, ILogger<Retention> logger)
    : BackgroundService
{
    /// <summary>Messages deleted in one transaction.</summary>
    private const int UnitAtMost = 200;

    private readonly LogCompaction _log = new(store, time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.TidyEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!stoppingToken.IsCancellationRequested)
                    await TidyAllAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The directory does not answer. What tidies must never be the end of the server.
                Log.TidyingFailed(logger, failure);
            }
        }
    }

    public async Task TidyAllAsync(CancellationToken cancellationToken)
    {
        foreach (var account in await directory.AccountsAsync(cancellationToken))
            try
            {
                await TidyAsync(account.Id, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One account's trouble must not keep the others from being tidied; the next round tries again.
                Log.TidyFailed(logger, failure, account.Address.ToString());
            }
    }

    private async Task TidyAsync(AccountId account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        int deleted;
        do
        {
            deleted = await store.WriteAsync(
                account, transaction => transaction.DeleteOrphans(now - Kept(transaction), UnitAtMost), null, cancellationToken);
        }
        while (deleted == UnitAtMost);
        await store.WriteAsync(
            account,
            transaction =>
            {
                transaction.DeleteDeliveries(now - options.DeliveryMemory);
                return true;
            },
            null,
            cancellationToken);
        await _log.CompactAsync(account, await store.ReadAsync(account, Kept, cancellationToken), cancellationToken);
        await store.SweepAsync(account, options.ExpungedGrace, cancellationToken);
    }

    /// <summary>How long deleted messages are kept, outside the quota, so that they can be put back.</summary>
    private TimeSpan Kept(IMailReader reader)
    {
        var days = TimeSpan.FromDays(Policies.PolicyTable.Read(reader.Settings()).KeepDeletedDays);
        return days > options.ExpungedGrace ? days : options.ExpungedGrace;
    }
}
