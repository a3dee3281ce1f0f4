using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Storage;
using Casella.Formats.Addresses;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>The directory in one small database, DATA/directory.db.</summary>
internal sealed class SqliteDirectoryStore(StorageFolder folder) : IDirectoryStore
{
    private const string AccountColumns = "account_id, address, display_name, quota, state, created_at";

    private readonly SharedDatabase _directory =
        new(Path.Join(folder.Root, "directory.db"), "directory", DirectorySchema.Migrations);

    private long _version;

    public long Version => Interlocked.Read(ref _version);

    public Task<IReadOnlyList<DomainRow>> DomainsAsync(CancellationToken cancellationToken) =>
        _directory.RunAsync<IReadOnlyList<DomainRow>>(
            database => Rows(
                database["SELECT name, created_at FROM domains ORDER BY name"],
                row => new DomainRow(row.Text(0), Time(row.Long(1)))),
            cancellationToken);

    public Task AddDomainAsync(DomainRow domain, CancellationToken cancellationToken) => ChangeAsync(
        database =>
        {
            if (HasDomain(database, domain.Name))
                throw new MailException(MailError.AddressExists, domain.Name);
            database["INSERT INTO domains(name, created_at) VALUES(?,?)"]
                .Bind(domain.Name).Bind(domain.CreatedAt.ToUnixTimeSeconds()).Run();
        },
        cancellationToken);

    public Task RemoveDomainAsync(string domain, CancellationToken cancellationToken) => ChangeAsync(
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
        _directory.RunAsync<IReadOnlyList<AccountEntry>>(
            database => Rows(database[$"SELECT {AccountColumns} FROM accounts ORDER BY address"], ReadAccount), cancellationToken);

    public Task<AccountEntry?> FindAccountAsync(EmailAddress address, CancellationToken cancellationToken) => _directory.RunAsync(
        database => Rows(
            database[$"SELECT {AccountColumns} FROM accounts WHERE address=?"].Bind(address.ToString()), ReadAccount).FirstOrDefault(),
        cancellationToken);

    public Task<AccountEntry?> FindAccountAsync(AccountId id, CancellationToken cancellationToken) => _directory.RunAsync(
        database => Rows(
            database[$"SELECT {AccountColumns} FROM accounts WHERE account_id=?"].Bind(id.Value), ReadAccount).FirstOrDefault(),
        cancellationToken);

    public Task<AccountId> AddAccountAsync(NewAccount account, CancellationToken cancellationToken) => ChangeAsync(
        database =>
        {
            RequireDomain(database, account.Address.Domain);
            RequireFree(database, account.Address);
            var id = database["INSERT INTO accounts(address, domain, display_name, quota, state, created_at) VALUES(?,?,?,?,?,?) RETURNING account_id"]
                .Bind(account.Address.ToString()).Bind(account.Address.Domain).Bind(account.DisplayName).Bind(account.Quota)
                .Bind((long)AccountState.Creating).Bind(account.CreatedAt.ToUnixTimeSeconds()).Scalar()!.Value;
            database["INSERT INTO devices(account_id, name, secret_hash, created_at) VALUES(?,?,?,?)"]
                .Bind(id).Bind(account.DeviceName).Bind(account.SecretHash).Bind(account.CreatedAt.ToUnixTimeSeconds()).Run();
            return new AccountId(id);
        },
        cancellationToken);

    public Task SetAccountStateAsync(AccountId id, AccountState state, CancellationToken cancellationToken) => ChangeAccountAsync(
        database => database["UPDATE accounts SET state=? WHERE account_id=?"].Bind((long)state).Bind(id.Value), id, cancellationToken);

    public Task SetAccountQuotaAsync(AccountId id, long? quota, CancellationToken cancellationToken) => ChangeAccountAsync(
        database => database["UPDATE accounts SET quota=? WHERE account_id=?"].Bind(quota).Bind(id.Value), id, cancellationToken);

    public Task DeleteAccountAsync(AccountId id, CancellationToken cancellationToken) => ChangeAccountAsync(
        database => database["DELETE FROM accounts WHERE account_id=?"].Bind(id.Value), id, cancellationToken);

    public Task<IReadOnlyList<DeviceEntry>> DevicesAsync(AccountId account, CancellationToken cancellationToken) =>
        _directory.RunAsync<IReadOnlyList<DeviceEntry>>(
            database => Rows(
                database["SELECT device_id, account_id, person_id, name, secret_hash, created_at, last_used_at, last_used_protocol, revoked_at FROM devices WHERE account_id=? ORDER BY device_id"]
                    .Bind(account.Value),
                row => new DeviceEntry(
                    new DeviceId(row.Long(0)), new AccountId(row.Long(1)),
                    row.LongOrNull(2) is { } person ? new PersonId(person) : null,
                    row.Text(3), row.Text(4), Time(row.Long(5)), TimeOrNull(row.LongOrNull(6)), row.TextOrNull(7),
                    TimeOrNull(row.LongOrNull(8)))),
            cancellationToken);

    public Task SetDeviceSecretAsync(DeviceId device, string secretHash, CancellationToken cancellationToken) => _directory.RunAsync(
        database =>
        {
            if (database["UPDATE devices SET secret_hash=? WHERE device_id=?"].Bind(secretHash).Bind(device.Value).Run() == 0)
                throw new MailException(MailError.NoSuchAddress, $"device {device.Value}");
        },
        cancellationToken);

    public Task TouchDeviceAsync(DeviceId device, DateTimeOffset at, string protocol, CancellationToken cancellationToken) =>
        _directory.RunAsync(
            database => database["UPDATE devices SET last_used_at=?, last_used_protocol=? WHERE device_id=?"]
                .Bind(at.ToUnixTimeSeconds()).Bind(protocol).Bind(device.Value).Run(),
            cancellationToken);

    public Task<IReadOnlyList<AliasEntry>> AliasesAsync(CancellationToken cancellationToken) =>
        _directory.RunAsync<IReadOnlyList<AliasEntry>>(
            database =>
            [
                .. Rows(database["SELECT alias, target FROM aliases ORDER BY alias, target"], row => (Alias: row.Text(0), Target: row.Text(1)))
                    .GroupBy(row => row.Alias, StringComparer.Ordinal)
                    .Select(group => new AliasEntry(Address(group.Key), [.. group.Select(row => Address(row.Target))])),
            ],
            cancellationToken);

    public Task<AliasEntry?> FindAliasAsync(EmailAddress address, CancellationToken cancellationToken) => _directory.RunAsync(
        database => Rows(
            database["SELECT target FROM aliases WHERE alias=? ORDER BY target"].Bind(address.ToString()),
            row => Address(row.Text(0))) is { Count: > 0 } targets
            ? new AliasEntry(address, targets)
            : null,
        cancellationToken);

    public Task AddAliasAsync(EmailAddress alias, EmailAddress target, CancellationToken cancellationToken) => ChangeAsync(
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

    public Task RemoveAliasAsync(EmailAddress alias, EmailAddress? target, CancellationToken cancellationToken) => ChangeAsync(
        database =>
        {
            var removed = target is null
                ? database["DELETE FROM aliases WHERE alias=?"].Bind(alias.ToString()).Run()
                : database["DELETE FROM aliases WHERE alias=? AND target=?"].Bind(alias.ToString()).Bind(target.ToString()).Run();
            if (removed == 0)
                throw new MailException(MailError.NoSuchAddress, alias.ToString());
        },
        cancellationToken);

    public Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken) => _directory.RunAsync(
        database => Rows(database["SELECT value FROM settings WHERE name=?"].Bind(name), row => row.Text(0)).FirstOrDefault(),
        cancellationToken);

    public Task SetSettingAsync(string name, string value, CancellationToken cancellationToken) => _directory.RunAsync(
        database => database["INSERT INTO settings(name, value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value"]
            .Bind(name).Bind(value).Run(),
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// A change that readers of <see cref="Version"/> must notice. Raised before anybody is told that it is done, and
    /// also when it fails: asking once too often costs nothing.
    /// </summary>
    private async Task<T> ChangeAsync<T>(Func<Database, T> change, CancellationToken cancellationToken)
    {
        try
        {
            return await _directory.RunAsync(change, cancellationToken);
        }
        finally
        {
            Interlocked.Increment(ref _version);
        }
    }

    private Task<bool> ChangeAsync(Action<Database> change, CancellationToken cancellationToken) =>
        ChangeAsync(database => { change(database); return true; }, cancellationToken);

    private Task<bool> ChangeAccountAsync(Func<Database, Statement> change, AccountId id, CancellationToken cancellationToken) =>
        ChangeAsync(
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

    private static List<T> Rows<T>(Statement rows, Func<Statement, T> read)
    {
        var list = new List<T>();
        while (rows.Step())
            list.Add(read(rows));
        return list;
    }

    private static AccountEntry ReadAccount(Statement row) => new(
        new AccountId(row.Long(0)), Address(row.Text(1)), row.TextOrNull(2), row.LongOrNull(3), (AccountState)row.Long(4),
        Time(row.Long(5)));

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address)
        ? address
        : throw new MailException(MailError.Damaged, $"the directory holds '{text}', which is not an address");

    private static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
    private static DateTimeOffset? TimeOrNull(long? seconds) => seconds is { } value ? Time(value) : null;
}
