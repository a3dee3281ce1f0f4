using System.Collections.Concurrent;

namespace Casella.Net.Acme;

/// <summary>http-01 (RFC 8555 §8.3): a file that the authority reads on port 80. The server answers from here.</summary>
public sealed class HttpProof : IChallengeProof
{
    public const string PathPrefix = "/.well-known/acme-challenge/";

    private readonly ConcurrentDictionary<string, string> _files = new(StringComparer.Ordinal);

    public string Type => "http-01";

    public Task<IAsyncDisposable> ShowAsync(string name, string token, string keyAuthorization, CancellationToken cancellationToken)
    {
        _files[token] = keyAuthorization;
        return Task.FromResult<IAsyncDisposable>(new ShownProof(() =>
        {
            _files.TryRemove(token, out _);
            return ValueTask.CompletedTask;
        }));
    }

    /// <summary>What the file of this name has to say; null for any other.</summary>
    public string? Find(string token) => _files.GetValueOrDefault(token);
}
