using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// Keeps the full-text indexes up behind the commits: one account at a time, one batch of each by turns, and after each
/// batch nine times the rest, so that it never has more than a tenth of one processor: mail that arrives comes first, and
/// SEARCH is right without the index. Once an hour it takes out what is gone.
/// </summary>
internal sealed class IndexRunner(
    MessageIndexing indexing, IDirectoryStore directory, TimeProvider time, ILogger<IndexRunner> logger) : BackgroundService
{
    private static readonly TimeSpan TidyEvery = TimeSpan.FromHours(1);

    /// <summary>Mail that comes together is indexed together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(10);

    /// <summary>Times of rest for each of work.</summary>
    private const int Rest = 9;

    /// <summary>After this a failure is tried again.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var tidied = default(long?);
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                if (tidied is not { } last || time.GetElapsedTime(last) > TidyEvery)
                {
                    await TidyAllAsync(stoppingToken);
                    tidied = time.GetTimestamp();
                }

                if (await indexing.WaitAsync(Wait, stoppingToken))
                    await Task.Delay(Gathering, time, stoppingToken);
                await IndexAsync(indexing.TakeRequests(), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (MailException failure)
            {
                // The directory did not answer; nothing is lost by asking again later.
                Log.IndexingFailed(logger, failure, 0);
                await Task.Delay(Wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    /// <summary>Batch by batch, the accounts by turns, until each is done or has failed.</summary>
    public async Task IndexAsync(IReadOnlyList<AccountId> accounts, CancellationToken cancellationToken)
    {
        var waiting = new Queue<AccountId>(accounts);
        while (waiting.TryDequeue(out var account))
        {
            var started = time.GetTimestamp();
            if (await TryAsync(account, () => indexing.IndexNextAsync(account, cancellationToken)))
                waiting.Enqueue(account);
            if (waiting.Count > 0)
                await Task.Delay(time.GetElapsedTime(started) * Rest, time, cancellationToken);
        }
    }

    private async Task TidyAllAsync(CancellationToken cancellationToken)
    {
        foreach (var account in await directory.AccountsAsync(cancellationToken))
        {
            await TryAsync(account.Id, async () => await indexing.RemoveGoneAsync(account.Id, cancellationToken) > 0);
            indexing.Request(account.Id);
        }
    }

    /// <summary>One account's trouble does not keep the others waiting; a later commit, or the hour, tries again.</summary>
    private async Task<bool> TryAsync(AccountId account, Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
        catch (MailException gone) when (gone.Error == MailError.NoSuchAddress)
        {
            return false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.IndexingFailed(logger, failure, account.Value);
            return false;
        }
    }
}
