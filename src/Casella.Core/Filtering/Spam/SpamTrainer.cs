using Casella.Core.Messages;
using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// Has the mailboxes learn behind the commits of their members, one at a time; at the start, and once a day, all of them:
/// what a process that was killed has not learnt is learnt then.
/// </summary>
internal sealed class SpamTrainer(
    SpamLearning learning, MailAccounts accounts, IDirectoryStore directory, TimeProvider time, ILogger<SpamTrainer> logger) : BackgroundService
{
    /// <summary>Somebody who moves one message often moves more.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AllEvery = TimeSpan.FromDays(1);
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var allAt = default(long?);
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                if (allAt is not { } last || time.GetElapsedTime(last) > AllEvery)
                {
                    await LearnAllAsync(stoppingToken);
                    allAt = time.GetTimestamp();
                }

                await accounts.Lessons.WaitAsync(Wait, time, stoppingToken);
                await Task.Delay(Gathering, time, stoppingToken);
                foreach (var account in accounts.Lessons.Take())
                    await TryAsync(account, forgets: false, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (MailException failure)
            {
                // The directory did not answer; nothing is lost by learning later.
                Log.LearningFailed(logger, 0, failure);
                await Task.Delay(Wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    public async Task LearnAllAsync(CancellationToken cancellationToken)
    {
        foreach (var account in await directory.AccountsAsync(cancellationToken))
            await TryAsync(account.Id, forgets: true, cancellationToken);
    }

    /// <summary>One account's trouble does not keep the others waiting; the next day tries again.</summary>
    private async Task TryAsync(AccountId account, bool forgets, CancellationToken cancellationToken)
    {
        try
        {
            if (await directory.FindAccountAsync(account, cancellationToken) is not { } entry)
                return;
            bool more;
            do
                more = await learning.LearnNextAsync(account, entry.Address.Domain, cancellationToken);
            while (more);
            if (forgets)
                await learning.ForgetAsync(account, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.LearningFailed(logger, account.Value, failure);
        }
    }
}
