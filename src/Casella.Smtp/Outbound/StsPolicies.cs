using System.Collections.Concurrent;
using Casella.Core.Queue;
using Casella.Formats.Reports.Aggregates;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>
/// The MTA-STS policy of a domain (RFC 8461 §3, §5): announced in DNS, fetched over HTTPS, remembered as long as it says,
/// also when somebody keeps the announcement from us.
/// </summary>
public sealed class StsPolicies(IDnsResolver dns, StsPolicyFetch fetch, StsPolicyMemory memory, TimeProvider time)
{
    /// <summary>A policy that could not be had is asked for again after this time (RFC 8461 §3.3 asks for five minutes).</summary>
    private static readonly TimeSpan FailureLasts = TimeSpan.FromMinutes(5);

    /// <summary>Domains whose failure is remembered.</summary>
    private const int MaxFailures = 10_000;

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, string Fault)> _failures = new(StringComparer.Ordinal);

    /// <summary>The policy that holds for the domain now.</summary>
    internal async Task<StsFinding> FindAsync(string domain, CancellationToken cancellationToken)
    {
        var known = await memory.FindAsync(domain, cancellationToken);
        var id = await AnnouncedAsync(domain, cancellationToken);
        // RFC 8461 §5.1: what holds still holds when the announcement is gone.
        var fresh = id is not null && !string.Equals(id, known?.Id, StringComparison.Ordinal)
            ? await FetchAsync(domain, id, cancellationToken)
            : StsFinding.None;
        return fresh.Policy is not null || known is null ? fresh : fresh with { Policy = StsPolicy.Parse(known.Text) };
    }

    /// <summary>RFC 8461 §3.1: exactly one record that is one.</summary>
    private async Task<string?> AnnouncedAsync(string domain, CancellationToken cancellationToken)
    {
        try
        {
            return (await dns.TxtAsync($"_mta-sts.{domain}", cancellationToken)).Select(StsPolicy.ReadId).OfType<string>().ToList() is [var id] ? id : null;
        }
        catch (DnsTemporaryException)
        {
            return null;
        }
    }

    private async Task<StsFinding> FetchAsync(string domain, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_failures.TryGetValue(domain, out var failed) && now - failed.At < FailureLasts)
            return new StsFinding(null, failed.Fault);
        var (text, fault) = await fetch.FetchAsync(domain, cancellationToken);
        if (text is not null && StsPolicy.Parse(text) is { } policy)
        {
            _failures.TryRemove(domain, out _);
            await memory.RememberAsync(domain, new RememberedPolicy(id, text), TimeSpan.FromSeconds(policy.MaxAge), cancellationToken);
            return new StsFinding(policy, null);
        }

        if (_failures.Count >= MaxFailures)
            _failures.Clear();
        fault ??= TlsResultTypes.PolicyUnreadable;
        _failures[domain] = (now, fault);
        return new StsFinding(null, fault);
    }
}

/// <param name="Policy">Null for none.</param>
/// <param name="Fault">Why a policy that is announced could not be had (RFC 8460 §4.3.2.2), or null.</param>
internal sealed record StsFinding(StsPolicy? Policy, string? Fault)
{
    public static StsFinding None { get; } = new(null, null);
}
