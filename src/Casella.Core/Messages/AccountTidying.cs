using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

/// <summary>
/// What is done to every account again and again without anybody asking for it. One account's trouble must not keep the
/// others from it, and what tidies must never be the end of the server: the next round tries again.
/// </summary>
internal abstract class AccountTidying(
    IDirectoryStore directory, MessageOptions options, TimeProvider time, ILogger logger) : BackgroundService
{
    protected MessageOptions Options { get; } = options;
    protected TimeProvider Time { get; } = time;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Options.TidyEvery, Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!stoppingToken.IsCancellationRequested)
                    await TidyAllAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The directory does not answer.
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
                Log.TidyFailed(logger, failure, account.Address.ToString());
            }
    }

    protected abstract Task TidyAsync(AccountId account, CancellationToken cancellationToken);
}
