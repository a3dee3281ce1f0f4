using System.Collections.Concurrent;
using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Queue;

/// <summary>
/// Empties the queue: looks what is due, starts attempts, a few at a time and fewer for each domain, domains by turns.
/// What is under way is known in memory only: after a crash it is simply due again, and the other server may then see a
/// message twice whose answer we never heard.
/// </summary>
internal sealed class QueueRunner(
    IQueueStore store, MailQueue queue, DeliveryAttempt attempt, QueueOptions options, TimeProvider time, ILogger<QueueRunner> logger)
    : BackgroundService
{
    /// <summary>Longest sleep: a change of the clock must not stop the mail for long.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly Dictionary<AttemptKey, Task> _running = [];
    private readonly DomainPace _pace = new(options.AttemptsPerDomainAMinute);

    /// <summary>
    /// Attempts that broke off by a defect of ours, and until when they wait. They keep no place that others need.
    /// </summary>
    private readonly ConcurrentDictionary<AttemptKey, DateTimeOffset> _broken = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var sleep = await RunDueAsync(stoppingToken);
            await queue.Signal.WaitAsync(sleep, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // What is being handed over is brought to its end as far as the host lets us.
        await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Starts what is due and has room; returns how long nothing else can happen.</summary>
    private async Task<TimeSpan> RunDueAsync(CancellationToken stoppingToken)
    {
        foreach (var done in _running.Where(running => running.Value.IsCompleted).Select(running => running.Key).ToList())
            _running.Remove(done);
        try
        {
            var messages = await store.ListAsync(stoppingToken);
            var now = time.GetUtcNow();
            foreach (var over in _broken.Where(broken => broken.Value <= now).ToList())
                _broken.TryRemove(over);
            foreach (var due in ByTurns(Due(messages, now)))
            {
                if (_running.Count >= options.Attempts)
                    return LongestSleep;    // each end of an attempt wakes us
                if (_running.Keys.Count(running => string.Equals(running.Domain, due.Key.Domain, StringComparison.Ordinal)) < options.AttemptsPerDomain
                    && _pace.TryBegin(due.Key.Domain, now))
                    _running[due.Key] = RunAsync(due, stoppingToken);
            }

            var next = UntilNext(messages, now);
            return _pace.UntilNext(now) is { } soon && soon < next ? soon : next;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.QueueFailed(logger, failure);
            return LongestSleep;
        }
    }

    private IEnumerable<DueAttempt> Due(IReadOnlyList<QueuedRow> messages, DateTimeOffset now) =>
        from message in messages
        from recipients in message.Recipients.Where(r => r.NextAt <= now).GroupBy(r => r.Address.Domain, StringComparer.Ordinal)
        let key = new AttemptKey(message.Id, recipients.Key)
        where !_running.ContainsKey(key) && !_broken.ContainsKey(key)
        select new DueAttempt(key, message, [.. recipients]);

    /// <summary>
    /// One of each domain, then the second of each: ten thousand for one do not stand before the one for another.
    /// </summary>
    private static IEnumerable<DueAttempt> ByTurns(IEnumerable<DueAttempt> due) => due
        .GroupBy(one => one.Key.Domain, StringComparer.Ordinal)
        .SelectMany(domain => domain.Select((one, turn) => (one, turn)))
        .OrderBy(entry => entry.turn)
        .Select(entry => entry.one);

    private static TimeSpan UntilNext(IReadOnlyList<QueuedRow> messages, DateTimeOffset now)
    {
        var next = messages.SelectMany(message => message.Recipients).Select(r => r.NextAt).Where(at => at > now).DefaultIfEmpty(now + LongestSleep).Min();
        return next - now < LongestSleep ? next - now : LongestSleep;
    }

    /// <summary>
    /// A stop breaks off what the other side has not got whole yet; from there on the attempt ignores it, and the host
    /// waits for us as long as it may.
    /// </summary>
    private async Task RunAsync(DueAttempt due, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await attempt.RunAsync(due, stoppingToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // It stays in the queue as it was; without this wait it would be tried again at once, for ever.
            Log.AttemptFailed(logger, due.Key.Message, due.Key.Domain, failure);
            _broken[due.Key] = time.GetUtcNow() + options.FirstRetry;
        }
        finally
        {
            queue.Signal.Raise();
        }
    }
}

/// <summary>One message for one domain: never tried twice at the same time.</summary>
internal readonly record struct AttemptKey(string Message, string Domain);

/// <summary>An attempt that is due.</summary>
internal sealed record DueAttempt(AttemptKey Key, QueuedRow Message, IReadOnlyList<QueuedRecipient> Recipients);
