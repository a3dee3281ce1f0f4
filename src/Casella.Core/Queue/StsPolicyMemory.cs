using Casella.Core.Storage;

namespace Casella.Core.Queue;

/// <summary>What the world's domains have said of their servers, over restarts: for whoever sends to them.</summary>
public sealed class StsPolicyMemory
{
    private readonly IStsPolicyStore _store;
    private readonly TimeProvider _time;

    internal StsPolicyMemory(IStsPolicyStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>The policy that still holds, or null.</summary>
    public async Task<RememberedPolicy?> FindAsync(string domain, CancellationToken cancellationToken) =>
        await _store.FindPolicyAsync(domain, cancellationToken) is { } row && row.ExpiresAt > _time.GetUtcNow() ? new RememberedPolicy(row.Id, row.Text) : null;

    public Task RememberAsync(string domain, RememberedPolicy policy, TimeSpan lasts, CancellationToken cancellationToken) =>
        _store.PutPolicyAsync(new StsPolicyRow(domain, policy.Id, policy.Text, _time.GetUtcNow() + lasts), _time.GetUtcNow(), cancellationToken);
}

/// <param name="Id">Of the announcement in DNS.</param>
/// <param name="Text">As it was fetched.</param>
public sealed record RememberedPolicy(string Id, string Text);
