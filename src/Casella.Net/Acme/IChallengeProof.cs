namespace Casella.Net.Acme;

/// <summary>
/// One way to prove to an authority that a name is ours (RFC 8555 §8). A port: files on port 80, a certificate on port
/// 443, a record in DNS.
/// </summary>
public interface IChallengeProof
{
    /// <summary>As the authority calls it: "http-01".</summary>
    string Type { get; }

    /// <summary>Shows the proof until the result is disposed; it can be seen when this returns.</summary>
    /// <param name="token">Of the challenge.</param>
    /// <param name="keyAuthorization">Which only the account's key can make of it.</param>
    Task<IAsyncDisposable> ShowAsync(string name, string token, string keyAuthorization, CancellationToken cancellationToken);
}

/// <summary>What ends a proof.</summary>
internal sealed class ShownProof(Func<ValueTask> end) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => end();
}
