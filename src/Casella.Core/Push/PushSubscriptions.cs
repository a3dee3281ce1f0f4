using Casella.Core.Directory;
using Casella.Core.Storage;
using Casella.Formats.Push;

namespace Casella.Core.Push;

/// <summary>The notices that a browser wants, as its owner sets them; one subscription for a signed-in browser.</summary>
public sealed class PushSubscriptions : IDisposable
{
    /// <summary>Longer addresses have none of the services.</summary>
    private const int EndpointAtMost = 1_000;

    private readonly IPushStore _store;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private PushSigner? _signer;

    internal PushSubscriptions(IPushStore store) => _store = store;

    /// <summary>Called when it has changed which accounts somebody wants to be told of.</summary>
    internal Action Changed { get; set; } = static () => { };

    /// <summary>The server's key; made when somebody wants a notice for the first time.</summary>
    public async Task<PushSigner> SignerAsync(CancellationToken cancellationToken)
    {
        if (_signer is { } known)
            return known;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _signer ??= new PushSigner(await _store.KeyAsync(PushSigner.NewKey(), cancellationToken));
        }
        finally
        {
            _opening.Release();
        }
    }

    public Task<PushWish?> FindAsync(WebVisitor visitor, CancellationToken cancellationToken) => _store.FindAsync(visitor.Session, cancellationToken);

    /// <summary>In place of what this browser wanted before.</summary>
    /// <returns>False for what is no subscription, or names no mailbox of the visitor's.</returns>
    public async Task<bool> SetAsync(WebVisitor visitor, PushWish wish, CancellationToken cancellationToken)
    {
        var own = wish.Accounts.Intersect(visitor.Mailboxes.Select(box => box.Account)).ToList();
        if (own.Count == 0 || !wish.Keys.IsValid || wish.Endpoint.Length > EndpointAtMost
            || !Uri.TryCreate(wish.Endpoint, UriKind.Absolute, out var endpoint) || !string.Equals(endpoint.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal))
            return false;
        await _store.PutAsync(visitor.Session, wish with { Accounts = own }, cancellationToken);
        Changed();
        return true;
    }

    public async Task RemoveAsync(WebVisitor visitor, CancellationToken cancellationToken)
    {
        await _store.RemoveAsync(visitor.Session, cancellationToken);
        Changed();
    }

    public void Dispose()
    {
        _opening.Dispose();
        _signer?.Dispose();
    }
}
