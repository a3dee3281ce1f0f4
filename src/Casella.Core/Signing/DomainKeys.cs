using System.Globalization;
using System.Security.Cryptography;
using Casella.Core.Storage;
using Casella.Formats.SenderRecords;

namespace Casella.Core.Signing;

/// <summary>
/// The DKIM keys of our domains, one of RSA and one of Ed25519 for each: made when a domain is added, changed in two
/// steps, so that nothing is signed with a key that DNS does not know yet.
/// </summary>
public sealed class DomainKeys
{
    private const int RsaBits = 2048;

    private readonly IDomainKeyStore _store;
    private readonly TimeProvider _time;
    private Task<IReadOnlyList<DomainKeyRow>>? _known;

    internal DomainKeys(IDomainKeyStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>The keys of a domain with what DNS is to say of them.</summary>
    /// <param name="domain">Canonical.</param>
    public async Task<IReadOnlyList<DomainKey>> ListAsync(string domain, CancellationToken cancellationToken) =>
        [.. (await KnownAsync(cancellationToken)).Where(row => Is(row, domain)).Select(row => new DomainKey(
            row.Selector, row.Type, row.State, row.CreatedAt, new DkimKeyRecord(row.Type, PublicKey(row), null, IsTesting: false, IsStrict: false).ToString()))];

    /// <summary>Makes the first keys of a domain that has none.</summary>
    public async Task EnsureAsync(string domain, CancellationToken cancellationToken)
    {
        if ((await KnownAsync(cancellationToken)).Any(row => Is(row, domain)))
            return;
        await _store.AddKeysAsync(Make(domain, DomainKeyState.Signing, []), cancellationToken);
        Forget();
    }

    /// <summary>The first step: makes keys that wait until DNS knows them. Those that wait already are enough.</summary>
    public async Task PrepareAsync(string domain, CancellationToken cancellationToken)
    {
        var own = (await KnownAsync(cancellationToken)).Where(row => Is(row, domain)).ToList();
        if (own.Exists(row => row.State is DomainKeyState.Waiting))
            return;
        await _store.AddKeysAsync(Make(domain, own.Count == 0 ? DomainKeyState.Signing : DomainKeyState.Waiting, own), cancellationToken);
        Forget();
    }

    /// <summary>
    /// The second step: the keys that wait sign from now on. What signed before stays in the list until the next change:
    /// mail with its signature is still under way, and DNS must still know it.
    /// </summary>
    public async Task ActivateAsync(string domain, CancellationToken cancellationToken)
    {
        await _store.ActivateAsync(domain, cancellationToken);
        Forget();
    }

    /// <summary>What signs for a domain now; empty for one that is not ours.</summary>
    internal async ValueTask<IReadOnlyList<SigningKey>> SigningAsync(string domain, CancellationToken cancellationToken) =>
        [.. (await KnownAsync(cancellationToken)).Where(row => Is(row, domain) && row.State is DomainKeyState.Signing).Select(SigningKey.Of)];

    /// <summary>A domain was removed, and its keys with it.</summary>
    public void Forget() => Volatile.Write(ref _known, null);

    private async Task<IReadOnlyList<DomainKeyRow>> KnownAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _known) is { IsCompletedSuccessfully: true } known)
            return await known;
        var rows = await _store.KeysAsync(cancellationToken);
        Volatile.Write(ref _known, Task.FromResult(rows));
        return rows;
    }

    private List<DomainKeyRow> Make(string domain, DomainKeyState state, List<DomainKeyRow> own)
    {
        using var rsa = RSA.Create(RsaBits);
        var now = _time.GetUtcNow();
        return
        [
            new DomainKeyRow(domain, Selector("r", now, own), DkimKeyType.Rsa, rsa.ExportPkcs8PrivateKey(), state, now),
            new DomainKeyRow(domain, Selector("e", now, own), DkimKeyType.Ed25519, RandomNumberGenerator.GetBytes(SigningKey.SeedSize), state, now),
        ];
    }

    /// <summary>"r202611": the month tells in DNS which is old. A second one in the same month has a letter more.</summary>
    private static string Selector(string kind, DateTimeOffset now, List<DomainKeyRow> own)
    {
        var month = string.Create(CultureInfo.InvariantCulture, $"{kind}{now:yyyyMM}");
        return Enumerable.Range('a', 'z' - 'a' + 1).Select(letter => $"{month}{(char)letter}").Prepend(month)
            .First(name => !own.Exists(row => string.Equals(row.Selector, name, StringComparison.Ordinal)));
    }

    private static ReadOnlyMemory<byte> PublicKey(DomainKeyRow row) => SigningKey.Of(row).PublicKey();

    private static bool Is(DomainKeyRow row, string domain) => string.Equals(row.Domain, domain, StringComparison.Ordinal);
}

/// <param name="Record">The TXT record at <c>selector._domainkey.domain</c>.</param>
public sealed record DomainKey(string Selector, DkimKeyType Type, DomainKeyState State, DateTimeOffset CreatedAt, string Record);

/// <summary>Stored as a number: never renumber.</summary>
public enum DomainKeyState : byte
{
    /// <summary>To be published; signs nothing yet.</summary>
    Waiting = 1,
    Signing = 2,
    /// <summary>Signs no more; to be published until its last mail has arrived.</summary>
    Retired = 3,
}
