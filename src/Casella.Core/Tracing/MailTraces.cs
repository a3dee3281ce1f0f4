using Casella.Core.Queue;
using Casella.Core.Storage;

namespace Casella.Core.Tracing;

/// <summary>
/// "Where is this mail?": what became of each recipient of what was sent, for as long as <see cref="QueueOptions.KeepFates"/>
/// says. Asked by the office (casella trace) and by the webmail beside a message that was sent.
/// </summary>
public sealed class MailTraces
{
    private const int FoundAtMost = 100;
    private static readonly TimeSpan TidyEvery = TimeSpan.FromHours(1);

    private readonly ITraceStore _store;
    private readonly QueueOptions _options;
    private readonly TimeProvider _time;
    private long _tidiedAt;

    internal MailTraces(ITraceStore store, QueueOptions options, TimeProvider time) => (_store, _options, _time) = (store, options, time);

    /// <summary>Mail by its queue id, its Message-ID or a recipient's address; the newest first, at most 100.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public Task<IReadOnlyList<TracedMail>> FindAsync(string what, CancellationToken cancellationToken) =>
        _store.FindAsync(what.Trim().Trim('<', '>'), FoundAtMost, cancellationToken);

    /// <summary>What became of a message that an account has sent; nothing for one that it has only received.</summary>
    /// <param name="messageId">Without angle brackets.</param>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<IReadOnlyList<TracedRecipient>> OfMessageAsync(AccountId owner, string messageId, CancellationToken cancellationToken) =>
    [
        .. (await _store.OfMessageAsync(messageId, FoundAtMost, cancellationToken))
            .Where(mail => mail.Owner == owner)
            .SelectMany(mail => mail.Recipients)
            // Sent again after a failure: the newest word on each.
            .DistinctBy(recipient => recipient.Address),
    ];

    /// <summary>The last sending of a message that an account has sent; null for none.</summary>
    /// <param name="messageId">Without angle brackets.</param>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<TracedMail?> LastOfAsync(AccountId owner, string messageId, CancellationToken cancellationToken) =>
        (await _store.OfMessageAsync(messageId, FoundAtMost, cancellationToken)).FirstOrDefault(mail => mail.Owner == owner);

    /// <summary>How much was sent on each of the last days, the oldest first, none left out.</summary>
    public async Task<IReadOnlyList<SentDay>> DaysAsync(int days, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        var first = today.AddDays(1 - days);
        var counts = (await _store.CountAsync(new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero), cancellationToken)).ToDictionary(day => day.Day);
        return [.. Enumerable.Range(0, days).Select(first.AddDays).Select(day => counts.GetValueOrDefault(day) ?? new SentDay(day, 0, 0))];
    }

    /// <summary>Recipients who had it at once, in a mailbox of this server.</summary>
    internal async Task StoredAsync(TraceHead head, IEnumerable<Formats.Addresses.EmailAddress> recipients, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        List<FateRow> fates = [.. recipients.Select(recipient => new FateRow(recipient, TraceState.Stored, now, "2.0.0", "Stored", null, WireSecurity.None))];
        if (fates.Count == 0)
            return;
        await _store.RecordAsync(head, fates, cancellationToken);
        await TidyAsync(cancellationToken);
    }

    /// <summary>Now and then lets go of what is too old.</summary>
    internal async Task TidyAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var last = Interlocked.Read(ref _tidiedAt);
        if (now.UtcTicks - last < TidyEvery.Ticks || Interlocked.CompareExchange(ref _tidiedAt, now.UtcTicks, last) != last)
            return;
        await _store.ForgetAsync(now - _options.KeepFates, cancellationToken);
    }
}
