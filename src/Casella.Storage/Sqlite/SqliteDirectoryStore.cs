using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Storage;
using Casella.Formats.Addresses;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>Domains, accounts, aliases and settings in the directory's database.</summary>
internal sealed class SqliteDirectoryStore(DirectoryDatabase directory) : IDirectoryStore
{
    private const string AccountColumns = "account_id, address, display_name, quota, state, created_at";

    public long Version => directory.Version;

    public Task<IReadOnlyList<DomainRow>> DomainsAsync(CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<DomainRow>>(
            database => Rows(
                database["SELECT name, created_at FROM domains ORDER BY name"],
                row => new DomainRow(row.Text(0), Time(row.Long(1)))),
            cancellationToken);

    public Task AddDomainAsync(DomainRow domain, CancellationToken cancellationToken) => directory.ChangeAsync(
        database =>
        {
            if (HasDomain(database, domain.Name))
                throw new MailException(MailError.AddressExists, domain.Name);
            database["INSERT INTO domains(name, created_at) VALUES(?,?)"]
                .Bind(domain.Name).Bind(domain.CreatedAt.ToUnixTimeSeconds()).Run();
        },
        cancellationToken);

    public Task RemoveDomainAsync(string domain, CancellationToken cancellationToken) => directory.ChangeAsync(
        database =>
        {
            if (database["SELECT 1 FROM accounts WHERE domain=? UNION ALL SELECT 1 FROM aliases WHERE domain=? LIMIT 1"]
                .Bind(domain).Bind(domain).Scalar() is not null)
                throw new MailException(MailError.DomainInUse, domain);
            if (database["DELETE FROM domains WHERE name=?"].Bind(domain).Run() == 0)
                throw new MailException(MailError.NoSuchDomain, domain);
        },
        cancellationToken);

    public Task<IReadOnlyList<AccountEntry>> AccountsAsync(CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<AccountEntry>>(
            database => Rows(database[$"SELECT {AccountColumns} FROM accounts ORDER BY address"], ReadAccount), cancellationToken);

    public Task<AccountEntry?> FindAccountAsync(EmailAddress address, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(
            database[$"SELECT {AccountColumns} FROM accounts WHERE address=?"].Bind(address.ToString()), ReadAccount).FirstOrDefault(),
        cancellationToken);

    public Task<AccountEntry?> FindAccountAsync(AccountId id, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(
            database[$"SELECT {AccountColumns} FROM accounts WHERE account_id=?"].Bind(id.Value), ReadAccount).FirstOrDefault(),
        cancellationToken);

    public Task<AccountId> AddAccountAsync(NewAccount account, CancellationToken cancellationToken) => directory.ChangeAsync(
        database =>
        {
            RequireDomain(database, account.Address.Domain);
            RequireFree(database, account.Address);
            var id = database["INSERT INTO accounts(address, domain, display_name, quota, state, created_at) VALUES(?,?,?,?,?,?) RETURNING account_id"]
                .Bind(account.Address.ToString()).Bind(account.Address.Domain).Bind(account.DisplayName).Bind(account.Quota)
                .Bind((long)AccountState.Creating).Bind(account.CreatedAt.ToUnixTimeSeconds()).Scalar()!.Value;
            var device = database["INSERT INTO devices(account_id, name, secret_hash, created_at) VALUES(?,?,?,?) RETURNING device_id"]
                .Bind(id).Bind(account.DeviceName).Bind(account.SecretHash).Bind(account.CreatedAt.ToUnixTimeSeconds()).Scalar()!.Value;
            ScramRows.Insert(database, new DeviceId(device), account.ScramKeys);
            return new AccountId(id);
        },
        cancellationToken);

    public Task SetAccountStateAsync(AccountId id, AccountState state, CancellationToken cancellationToken) => ChangeAccountAsync(
        database => database["UPDATE accounts SET state=? WHERE account_id=?"].Bind((long)state).Bind(id.Value), id, cancellationToken);

    public Task SetAccountQuotaAsync(AccountId id, long? quota, CancellationToken cancellationToken) => ChangeAccountAsync(
        database => database["UPDATE accounts SET quota=? WHERE account_id=?"].Bind(quota).Bind(id.Value), id, cancellationToken);

    public Task DeleteAccountAsync(AccountId id, CancellationToken cancellationToken) => ChangeAccountAsync(
        database => database["DELETE FROM accounts WHERE account_id=?"].Bind(id.Value), id, cancellationToken);

    public Task<IReadOnlyList<AliasEntry>> AliasesAsync(CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<AliasEntry>>(
            database =>
            [
                .. Rows(database["SELECT alias, target FROM aliases ORDER BY alias, target"], row => (Alias: row.Text(0), Target: row.Text(1)))
                    .GroupBy(row => row.Alias, StringComparer.Ordinal)
                    .Select(group => new AliasEntry(Address(group.Key), [.. group.Select(row => Address(row.Target))])),
            ],
            cancellationToken);

    public Task<AliasEntry?> FindAliasAsync(EmailAddress address, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(
            database["SELECT target FROM aliases WHERE alias=? ORDER BY target"].Bind(address.ToString()),
            row => Address(row.Text(0))) is { Count: > 0 } targets
            ? new AliasEntry(address, targets)
            : null,
        cancellationToken);

    public Task AddAliasAsync(EmailAddress alias, EmailAddress target, CancellationToken cancellationToken) => directory.ChangeAsync(
        database =>
        {
            RequireDomain(database, alias.Domain);
            if (database["SELECT 1 FROM accounts WHERE address=?"].Bind(alias.ToString()).Scalar() is not null
                || database["SELECT 1 FROM aliases WHERE alias=? AND target=?"].Bind(alias.ToString()).Bind(target.ToString()).Scalar() is not null)
                throw new MailException(MailError.AddressExists, alias.ToString());
            database["INSERT INTO aliases(alias, target, domain) VALUES(?,?,?)"]
                .Bind(alias.ToString()).Bind(target.ToString()).Bind(alias.Domain).Run();
        },
        cancellationToken);

    public Task RemoveAliasAsync(EmailAddress alias, EmailAddress? target, CancellationToken cancellationToken) => directory.ChangeAsync(
        database =>
        {
            var removed = target is null
                ? database["DELETE FROM aliases WHERE alias=?"].Bind(alias.ToString()).Run()
                : database["DELETE FROM aliases WHERE alias=? AND target=?"].Bind(alias.ToString()).Bind(target.ToString()).Run();
            if (removed == 0)
                throw new MailException(MailError.NoSuchAddress, alias.ToString());
        },
        cancellationToken);

    public Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(database["SELECT value FROM settings WHERE name=?"].Bind(name), row => row.Text(0)).FirstOrDefault(),
        cancellationToken);

    public Task SetSettingAsync(string name, string value, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["INSERT INTO settings(name, value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value"]
            .Bind(name).Bind(value).Run(),
        cancellationToken);

    private Task<bool> ChangeAccountAsync(Func<Database, Statement> change, AccountId id, CancellationToken cancellationToken) =>
        directory.ChangeAsync(
            database =>
            {
                if (change(database).Run() == 0)
                    throw new MailException(MailError.NoSuchAddress, $"account {id.Value}");
            },
            cancellationToken);

    private static bool HasDomain(Database database, string domain) =>
        database["SELECT 1 FROM domains WHERE name=?"].Bind(domain).Scalar() is not null;

    private static void RequireDomain(Database database, string domain)
    {
        if (!HasDomain(database, domain))
            throw new MailException(MailError.NoSuchDomain, domain);
    }

    private static void RequireFree(Database database, EmailAddress address)
    {
        if (database["SELECT 1 FROM accounts WHERE address=? UNION ALL SELECT 1 FROM aliases WHERE alias=? LIMIT 1"]
            .Bind(address.ToString()).Bind(address.ToString()).Scalar() is not null)
            throw new MailException(MailError.AddressExists, address.ToString());
    }

    private static AccountEntry ReadAccount(Statement row) => new(
        new AccountId(row.Long(0)), Address(row.Text(1)), row.TextOrNull(2), row.LongOrNull(3), (AccountState)row.Long(4),
        Time(row.Long(5)));
}
