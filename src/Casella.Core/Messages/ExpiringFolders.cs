using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

/// <summary>
/// Empties Trash and SPAM of what has been there longer than the mailbox wants, as the actor "server". What goes is kept
/// as every deleted message is. Counted from when a message came into the folder, not from its date.
/// </summary>
internal sealed class ExpiringFolders(
    MailAccounts accounts, IDirectoryStore directory, MessageOptions options, TimeProvider time, ILogger<ExpiringFolders> logger) : BackgroundService
{
    /// <summary>Messages in one transaction, so that no session waits.</summary>
    private const int UnitAtMost = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.TidyEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!stoppingToken.IsCancellationRequested)
                    await ExpireAllAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The directory does not answer. What tidies must never be the end of the server.
                Log.TidyingFailed(logger, failure);
            }
        }
    }

    public async Task ExpireAllAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in await directory.AccountsAsync(cancellationToken))
            try
            {
                var account = await accounts.OpenAsync(entry.Id, Actor.Server, cancellationToken);
                await ExpireAsync(account, SpecialUse.Trash, account.Policy.TrashDays, cancellationToken);
                await ExpireAsync(account, SpecialUse.Junk, account.Policy.SpamDays, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One account's trouble must not keep the others'; the next round tries again.
                Log.TidyFailed(logger, failure, entry.Address.ToString());
            }
    }

    /// <param name="days">Null for never.</param>
    private async Task ExpireAsync(MailAccount account, SpecialUse use, int? days, CancellationToken cancellationToken)
    {
        if (days is not { } kept || (await account.GetTreeAsync(cancellationToken)).Find(use) is not { Messages: > 0 } folder)
            return;
        var before = time.GetUtcNow().AddDays(-kept).ToUnixTimeSeconds();
        var snapshot = await account.GetSnapshotAsync(folder.Id, cancellationToken);
        var expired = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Where(placement => placement.SavedAt < before);
        foreach (var unit in expired.Select(placement => placement.Uid).Chunk(UnitAtMost))
            await account.ExpungeAsync(folder.Id, unit, onlyDeleted: false, cancellationToken);
    }
}
