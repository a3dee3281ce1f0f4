using Casella.Core.Directory;
using Casella.Formats.Addresses;

namespace Casella.Core.Storage;

/// <summary>
/// Domains, accounts, aliases, settings: one shared database, small, written seldom. Every method is one transaction;
/// writes return after fsync. Who works in the accounts is in <see cref="IPeopleStore"/>.
/// </summary>
internal interface IDirectoryStore
{
    /// <summary>
    /// Raised by every change of domains, accounts and aliases before the change returns: what was learnt at another
    /// version is to be asked again.
    /// </summary>
    long Version { get; }

    Task<IReadOnlyList<DomainRow>> DomainsAsync(CancellationToken cancellationToken);

    /// <exception cref="MailException">AddressExists.</exception>
    Task AddDomainAsync(DomainRow domain, CancellationToken cancellationToken);

    /// <exception cref="MailException">NoSuchDomain, DomainInUse.</exception>
    Task RemoveDomainAsync(string domain, CancellationToken cancellationToken);

    Task<IReadOnlyList<AccountEntry>> AccountsAsync(CancellationToken cancellationToken);
    Task<AccountEntry?> FindAccountAsync(EmailAddress address, CancellationToken cancellationToken);
    Task<AccountEntry?> FindAccountAsync(AccountId id, CancellationToken cancellationToken);

    /// <summary>
    /// Adds an account in state Creating with its first device; the caller makes its mail storage, then
    /// <see cref="SetAccountStateAsync"/> Active. What is found in Creating or Removing at start is finished or undone
    /// by the caller.
    /// </summary>
    /// <exception cref="MailException">AddressExists (account or alias), NoSuchDomain.</exception>
    Task<AccountId> AddAccountAsync(NewAccount account, CancellationToken cancellationToken);
    Task SetAccountStateAsync(AccountId id, AccountState state, CancellationToken cancellationToken);
    Task SetAccountQuotaAsync(AccountId id, long? quota, CancellationToken cancellationToken);
    Task DeleteAccountAsync(AccountId id, CancellationToken cancellationToken);

    Task<IReadOnlyList<AliasEntry>> AliasesAsync(CancellationToken cancellationToken);
    Task<AliasEntry?> FindAliasAsync(EmailAddress address, CancellationToken cancellationToken);

    /// <exception cref="MailException">AddressExists (account, or the same alias and target), NoSuchDomain.</exception>
    Task AddAliasAsync(EmailAddress alias, EmailAddress target, CancellationToken cancellationToken);

    /// <summary>Removes one target, or the whole alias when <paramref name="target"/> is null.</summary>
    /// <exception cref="MailException">NoSuchAddress.</exception>
    Task RemoveAliasAsync(EmailAddress alias, EmailAddress? target, CancellationToken cancellationToken);

    /// <summary>Small durable settings of the server ("uidvalidity.last", keys), by name.</summary>
    Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken);
    Task SetSettingAsync(string name, string value, CancellationToken cancellationToken);
}

internal sealed record DomainRow(string Name, DateTimeOffset CreatedAt);
internal sealed record NewAccount(EmailAddress Address, string? DisplayName, long? Quota, string SecretHash, string DeviceName, DateTimeOffset CreatedAt)
{
    /// <summary>Of the password.</summary>
    public IReadOnlyList<ScramKey> ScramKeys { get; init; } = [];
}

internal sealed record AliasEntry(EmailAddress Alias, IReadOnlyList<EmailAddress> Targets);
