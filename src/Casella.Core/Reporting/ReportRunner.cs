using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Reporting;

/// <summary>Writes down what was seen every minute and when the server ends, and sends what is due every quarter of an hour.</summary>
internal sealed class ReportRunner(ReportLedger ledger, ReportSending sending, TimeProvider time, ILogger<ReportRunner> logger) : BackgroundService
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SendEvery = TimeSpan.FromMinutes(15);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(ledger.FlushAsync, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WriteEvery, time);
        var sentAt = DateTimeOffset.MinValue;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(ledger.FlushAsync, stoppingToken);
                if (time.GetUtcNow() - sentAt < SendEvery)
                    continue;
                sentAt = time.GetUtcNow();
                await TryAsync(sending.SendDueAsync, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>No report is worth the service: what failed is told in the log and tried again.</summary>
    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.ReportsFailed(logger, failure);
        }
    }
}
