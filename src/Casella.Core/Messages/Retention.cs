using Casella.Core.Changes;
using Casella.Core.Policies;
using Casella.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

/// <summary>
/// The regular tidying: messages whose last placement is gone longer than the grace time, deliveries too old to be
/// repeated, blobs that no row names, old entries of the change log. Small units, so that no session waits.
/// </summary>
internal sealed class Retention(
    IMailStore store, IDirectoryStore directory, MessageOptions options, TimeProvider time, ILogger<Retention> logger)
    : AccountTidying(directory, options, time, logger)
{
    /// <summary>Messages deleted in one transaction.</summary>
    private const int UnitAtMost = 200;

    private readonly LogCompaction _log = new(store, time);

    protected override async Task TidyAsync(AccountId account, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
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
                transaction.DeleteDeliveries(now - Options.DeliveryMemory);
                return true;
            },
            null,
            cancellationToken);
        await _log.CompactAsync(account, await store.ReadAsync(account, Kept, cancellationToken), cancellationToken);
        await store.SweepAsync(account, Options.ExpungedGrace, cancellationToken);
    }

    /// <summary>How long deleted messages are kept, outside the quota, so that they can be put back.</summary>
    private TimeSpan Kept(IMailReader reader)
    {
        var days = TimeSpan.FromDays(PolicyTable.Read(reader.Settings()).KeepDeletedDays);
        return days > Options.ExpungedGrace ? days : Options.ExpungedGrace;
    }
}
