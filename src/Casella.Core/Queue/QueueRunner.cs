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
            var now = time.GetUtcNow();
            foreach (var over in _broken.Where(broken => broken.Value <= now).ToList())
                _broken.TryRemove(over);
            if (_running.Count >= options.Attempts)
                return LongestSleep;    // each end of an attempt wakes us
            foreach (var due in ByTurns(await DueAsync(now, stoppingToken)).Take(options.Attempts - _running.Count).ToList())
                if (await attempt.IsWithoutPaceAsync(due.Key.Domain, stoppingToken) || _pace.TryBegin(due.Key.Domain, now))
                    _running[due.Key] = RunAsync(due, stoppingToken);
            var next = UntilNext(now, await store.NextDueAsync(now, stoppingToken));
            return _pace.UntilNext(now) is { } soon && soon < next ? soon : next;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.QueueFailed(logger, failure);
            return LongestSleep;
        }
    }

    /// <summary>Of each domain what has room; of no more domains than there is room for attempts.</summary>
    private async Task<List<DueAttempt>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = new List<DueAttempt>();
        var found = 0;
        foreach (var domain in await store.DueDomainsAsync(now, cancellationToken))
        {
            if (found == options.Attempts - _running.Count)
                break;
            var running = MessagesOf(_running.Keys, domain);
            if (running.Count >= options.AttemptsPerDomain || !(_pace.HasRoom(domain, now) || await attempt.IsWithoutPaceAsync(domain, cancellationToken)))
                continue;
            var room = options.AttemptsPerDomain - running.Count;
            running.UnionWith(MessagesOf(_broken.Keys, domain));
            var messages = await store.DueAsync(domain, now, running, room, cancellationToken);
            due.AddRange(messages.Select(message => new DueAttempt(new AttemptKey(message.Id, domain), message, message.Recipients)
            {
                MoreWaits = messages.Count == room,
            }));
            found += messages.Count > 0 ? 1 : 0;
        }

        return due;
    }

    private static HashSet<string> MessagesOf(IEnumerable<AttemptKey> attempts, string domain) =>
        attempts.Where(one => string.Equals(one.Domain, domain, StringComparison.Ordinal)).Select(one => one.Message).ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// One of each domain, then the second of each: ten thousand for one do not stand before the one for another.
    /// </summary>
    private static IEnumerable<DueAttempt> ByTurns(IEnumerable<DueAttempt> due) => due
        .GroupBy(one => one.Key.Domain, StringComparer.Ordinal)
        .SelectMany(domain => domain.Select((one, turn) => (one, turn)))
        .OrderBy(entry => entry.turn)
        .Select(entry => entry.one);

    private static TimeSpan UntilNext(DateTimeOffset now, DateTimeOffset? next) =>
        next is { } at && at - now < LongestSleep ? at - now : LongestSleep;

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
internal sealed record DueAttempt(AttemptKey Key, QueuedRow Message, IReadOnlyList<QueuedRecipient> Recipients)
{
    /// <summary>The domain has as much due as it may have under way, or more.</summary>
    public bool MoreWaits { get; init; }
}
