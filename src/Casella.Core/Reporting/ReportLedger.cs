using System.Text.Json;
using Casella.Core.Storage;

namespace Casella.Core.Reporting;

/// <summary>
/// Counts what others want to know of, in memory, and writes it down now and then: a statistic must not cost every message
/// an fsync, and a minute of it may be lost. Fed by SMTP, emptied by the <see cref="ReportRunner"/>.
/// </summary>
public sealed class ReportLedger
{
    /// <summary>Different facts in memory; beyond, what is new is let go until they are written down.</summary>
    private const int MaxInMemory = 20_000;

    /// <summary>Different facts of one domain and day: a botnet has an address for each mail.</summary>
    private const int MaxOfDomain = 10_000;

    private readonly IReportStore _store;
    private readonly ReportOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Dictionary<Key, long> _counts = [];

    internal ReportLedger(IReportStore store, ReportOptions options, TimeProvider time) => (_store, _options, _time) = (store, options, time);

    public void Note(DmarcSighting seen)
    {
        if (_options.SendDmarc)
            Note(ReportKind.Dmarc, seen.Policy.Domain, JsonSerializer.Serialize(seen));
    }

    public void Note(TlsSighting seen)
    {
        if (_options.SendTls)
            Note(ReportKind.Tls, seen.Policy.Domain, JsonSerializer.Serialize(seen));
    }

    /// <summary>Writes down what is in memory.</summary>
    /// <exception cref="MailException">Unavailable: it stays in memory.</exception>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        Dictionary<Key, long> counts;
        lock (_lock)
            (counts, _counts) = (_counts, []);
        if (counts.Count == 0)
            return;
        try
        {
            await _store.AddAsync(
                [.. counts.Select(pair => new SightingRow(pair.Key.Kind, pair.Key.Day, pair.Key.Domain, pair.Key.Facts, pair.Value))], MaxOfDomain, cancellationToken);
        }
        catch (MailException)
        {
            lock (_lock)
                foreach (var (key, count) in counts)
                    Add(key, count);
            throw;
        }
    }

    private void Note(ReportKind kind, string domain, string facts)
    {
        var key = new Key(kind, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime), domain, facts);
        lock (_lock)
            Add(key, 1);
    }

    private void Add(Key key, long count)
    {
        if (_counts.TryGetValue(key, out var before))
            _counts[key] = before + count;
        else if (_counts.Count < MaxInMemory)
            _counts[key] = count;
    }

    private readonly record struct Key(ReportKind Kind, DateOnly Day, string Domain, string Facts);
}
