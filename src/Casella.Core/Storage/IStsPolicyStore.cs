namespace Casella.Core.Storage;

/// <summary>
/// What domains have said of their servers (RFC 8461 §3.2), kept as long as they have said: whoever can silence DNS for
/// a moment must not be able to make us forget it.
/// </summary>
internal interface IStsPolicyStore
{
    Task<StsPolicyRow?> FindPolicyAsync(string domain, CancellationToken cancellationToken);

    /// <summary>Keeps it in place of an older one, and forgets all that are over.</summary>
    Task PutPolicyAsync(StsPolicyRow policy, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <param name="Id">Of the announcement in DNS.</param>
/// <param name="Text">As it was fetched.</param>
internal sealed record StsPolicyRow(string Domain, string Id, string Text, DateTimeOffset ExpiresAt);
