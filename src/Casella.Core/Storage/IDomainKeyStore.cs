using Casella.Core.Signing;
using Casella.Formats.SenderRecords;

namespace Casella.Core.Storage;

/// <summary>The keys that sign the mail of our domains: in the directory, and gone with their domain.</summary>
internal interface IDomainKeyStore
{
    /// <summary>All keys of all domains, oldest first.</summary>
    Task<IReadOnlyList<DomainKeyRow>> KeysAsync(CancellationToken cancellationToken);

    /// <summary>Adds keys; a domain that is not there has none, and nothing happens.</summary>
    Task AddKeysAsync(IReadOnlyList<DomainKeyRow> keys, CancellationToken cancellationToken);

    /// <summary>In one transaction: what waits signs, what has signed is retired, and what was retired before is gone.</summary>
    Task ActivateAsync(string domain, CancellationToken cancellationToken);
}

/// <param name="Secret">PKCS#8 of RSA; the 32 octets of Ed25519's seed.</param>
internal sealed record DomainKeyRow(string Domain, string Selector, DkimKeyType Type, ReadOnlyMemory<byte> Secret, DomainKeyState State, DateTimeOffset CreatedAt)
{
    /// <summary>Never shows the secret.</summary>
    public override string ToString() => $"{Selector}._domainkey.{Domain}";
}
