using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Core.Storage;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>Persons, members and devices in the directory's database.</summary>
internal sealed class SqlitePeopleStore(DirectoryDatabase directory) : IPeopleStore
{
    private const string Persons =
        "SELECT person_id, name, login, language, secret_hash IS NOT NULL, created_at, left_at FROM persons";

    private const string DeviceColumns =
        "d.device_id, d.account_id, d.person_id, p.name, p.login, p.language, m.rights, d.name, d.prefix, d.secret_hash, d.protocols, " +
        "d.created_at, d.last_used_at, d.last_used_protocol, d.last_used_address, d.last_client, d.revoked_at, " +
        "EXISTS(SELECT 1 FROM scram_keys s WHERE s.device_id=d.device_id AND s.retired_at IS NULL), d.certificate ";

    private const string DeviceTables =
        "FROM devices d LEFT JOIN persons p USING(person_id) LEFT JOIN members m ON m.account_id=d.account_id AND m.person_id=d.person_id ";

    private const string Devices = $"SELECT {DeviceColumns}{DeviceTables}";

    public Task<IReadOnlyList<Person>> PersonsAsync(CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<Person>>(
        database => Rows(database[$"{Persons} ORDER BY name, login"], ReadPerson), cancellationToken);

    public Task<Person?> FindPersonAsync(string login, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(database[$"{Persons} WHERE login=?"].Bind(login), ReadPerson).FirstOrDefault(), cancellationToken);

    public Task<PersonId> AddPersonAsync(NewPerson person, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            if (database["SELECT 1 FROM persons WHERE login=?"].Bind(person.Login).Scalar() is not null)
                throw new MailException(MailError.PersonExists, person.Login);
            return new PersonId(database["INSERT INTO persons(name, login, secret_hash, language, created_at) VALUES(?,?,?,?,?) RETURNING person_id"]
                .Bind(person.Name).Bind(person.Login).Bind(person.SecretHash).Bind(Tag(person.Language)).Bind(person.CreatedAt.ToUnixTimeSeconds())
                .Scalar()!.Value);
        },
        cancellationToken);

    public Task SetPersonSecretAsync(PersonId person, string secretHash, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            // Who knew the old password may be in some browser.
            database["DELETE FROM web_sessions WHERE person_id=?"].Bind(person.Value).Run();
            RequirePerson(database["UPDATE persons SET secret_hash=? WHERE person_id=?"].Bind(secretHash).Bind(person.Value), person);
            // Who gets a new password has lost the old one, and perhaps the telephone with it.
            database["DELETE FROM one_time_codes WHERE person_id=?"].Bind(person.Value).Run();
            database["DELETE FROM passkeys WHERE person_id=?"].Bind(person.Value).Run();
        },
        cancellationToken);

    public Task LeaveAsync(PersonId person, DateTimeOffset at, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            database["UPDATE devices SET revoked_at=? WHERE person_id=? AND revoked_at IS NULL"].Bind(at.ToUnixTimeSeconds()).Bind(person.Value).Run();
            database["DELETE FROM members WHERE person_id=?"].Bind(person.Value).Run();
            database["DELETE FROM office_staff WHERE person_id=?"].Bind(person.Value).Run();
            database["DELETE FROM office_links WHERE person_id=?"].Bind(person.Value).Run();
            database["DELETE FROM office_visits WHERE person_id=?"].Bind(person.Value).Run();
            RequirePerson(
                database["UPDATE persons SET left_at=?, secret_hash=NULL WHERE person_id=?"].Bind(at.ToUnixTimeSeconds()).Bind(person.Value),
                person);
        },
        cancellationToken);

    public Task<IReadOnlyList<Membership>> MembershipsAsync(PersonId person, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<Membership>>(
            database => Rows(
                database["SELECT account_id, address, rights, added_at FROM members JOIN accounts USING(account_id) WHERE person_id=? ORDER BY address"]
                    .Bind(person.Value),
                row => new Membership(new AccountId(row.Long(0)), Address(row.Text(1)), (MemberRights)row.Long(2), Time(row.Long(3)))),
            cancellationToken);

    public Task<IReadOnlyList<Member>> MembersAsync(AccountId account, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<Member>>(
            database => Rows(
                database["SELECT person_id, name, login, rights, added_at, one_login FROM members JOIN persons USING(person_id) WHERE account_id=? ORDER BY name, login"]
                    .Bind(account.Value),
                row => new Member(new PersonId(row.Long(0)), row.Text(1), row.Text(2), (MemberRights)row.Long(3), Time(row.Long(4)))
                {
                    OneLogin = (OneLogin)row.Long(5),
                }),
            cancellationToken);

    public Task SetMemberAsync(
        AccountId account, PersonId person, MemberRights rights, DateTimeOffset at, CancellationToken cancellationToken) => directory.RunAsync(
        database => database[
            "INSERT INTO members(account_id, person_id, rights, added_at) VALUES(?,?,?,?) ON CONFLICT(account_id, person_id) DO UPDATE SET rights=excluded.rights"]
            .Bind(account.Value).Bind(person.Value).Bind((long)rights).Bind(at.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    public Task RemoveMemberAsync(AccountId account, PersonId person, DateTimeOffset at, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            database["UPDATE devices SET revoked_at=? WHERE account_id=? AND person_id=? AND revoked_at IS NULL"]
                .Bind(at.ToUnixTimeSeconds()).Bind(account.Value).Bind(person.Value).Run();
            database["DELETE FROM members WHERE account_id=? AND person_id=?"].Bind(account.Value).Bind(person.Value).Run();
        },
        cancellationToken);

    public Task SetOneLoginAsync(AccountId account, PersonId person, OneLogin choice, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["UPDATE members SET one_login=? WHERE account_id=? AND person_id=?"]
            .Bind((long)choice).Bind(account.Value).Bind(person.Value).Run(),
        cancellationToken);

    public Task<IReadOnlyList<Membership>> VisibleAsync(PersonId person, AccountId home, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<Membership>>(
            database => Rows(
                database[
                    "SELECT m.account_id, a.address, m.rights, m.added_at FROM members m JOIN accounts a USING(account_id) " +
                    "WHERE m.person_id=? AND m.account_id<>? AND a.state=? AND m.rights & ? <> 0 AND (m.one_login=? OR (m.one_login=? " +
                    "AND NOT EXISTS(SELECT 1 FROM devices d WHERE d.person_id=m.person_id AND d.account_id=m.account_id " +
                    "AND d.revoked_at IS NULL AND d.protocols & ? <> 0))) ORDER BY a.address"]
                    .Bind(person.Value).Bind(home.Value).Bind((long)AccountState.Active).Bind((long)MemberRights.Read)
                    .Bind((long)OneLogin.On).Bind((long)OneLogin.Auto).Bind((long)DeviceProtocols.Imap),
                row => new Membership(new AccountId(row.Long(0)), Address(row.Text(1)), (MemberRights)row.Long(2), Time(row.Long(3)))),
            cancellationToken);

    public Task<IReadOnlyList<(string Name, bool Subscribed)>> SubscriptionsAsync(
        PersonId person, AccountId account, CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<(string, bool)>>(
        database => Rows(
            database["SELECT name, subscribed FROM shared_subscriptions WHERE person_id=? AND account_id=?"].Bind(person.Value).Bind(account.Value),
            row => (row.Text(0), row.Long(1) != 0)),
        cancellationToken);

    public Task SetSubscriptionAsync(
        PersonId person, AccountId account, string name, bool subscribed, CancellationToken cancellationToken) => directory.RunAsync(
        database => database[
            "INSERT INTO shared_subscriptions(person_id, account_id, name, subscribed) " +
            "SELECT person_id, account_id, ?, ? FROM members WHERE person_id=? AND account_id=? " +
            "ON CONFLICT(person_id, account_id, name) DO UPDATE SET subscribed=excluded.subscribed"]
            .Bind(name).Bind(subscribed ? 1L : 0L).Bind(person.Value).Bind(account.Value).Run(),
        cancellationToken);

    public Task<IReadOnlyList<DeviceEntry>> DevicesAsync(AccountId account, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<DeviceEntry>>(
            database => Rows(database[$"{Devices} WHERE d.account_id=? ORDER BY d.device_id"].Bind(account.Value), ReadDevice), cancellationToken);

    public Task<IReadOnlyList<DeviceEntry>> DevicesAsync(PersonId person, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<DeviceEntry>>(
            database => Rows(database[$"{Devices} WHERE d.person_id=? ORDER BY d.device_id"].Bind(person.Value), ReadDevice), cancellationToken);

    public Task<DeviceEntry?> FindDeviceAsync(AccountId account, string prefix, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(database[$"{Devices} WHERE d.account_id=? AND d.prefix=?"].Bind(account.Value).Bind(prefix), ReadDevice).FirstOrDefault(),
        cancellationToken);

    public Task<DeviceEntry?> FindDeviceByCertificateAsync(AccountId account, string fingerprint, CancellationToken cancellationToken) =>
        directory.RunAsync(
            database => Rows(
                database[$"{Devices} WHERE d.account_id=? AND d.certificate=? ORDER BY d.revoked_at IS NOT NULL, d.device_id DESC LIMIT 1"]
                    .Bind(account.Value).Bind(fingerprint),
                ReadDevice).FirstOrDefault(),
            cancellationToken);

    public Task<DeviceEntry?> FindCommonPasswordAsync(AccountId account, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(
            database[$"{Devices} WHERE d.account_id=? AND d.prefix IS NULL AND d.certificate IS NULL AND d.revoked_at IS NULL"].Bind(account.Value), ReadDevice).FirstOrDefault(),
        cancellationToken);

    public Task<DeviceId?> AddDeviceAsync(NewDevice device, CancellationToken cancellationToken) => directory.RunAsync<DeviceId?>(
        database =>
        {
            if (database["SELECT 1 FROM devices WHERE account_id=? AND prefix=?"].Bind(device.Account.Value).Bind(device.Prefix).Scalar() is not null)
                return null;
            var id = new DeviceId(database[
                "INSERT INTO devices(account_id, person_id, name, prefix, secret_hash, protocols, created_at, certificate) VALUES(?,?,?,?,?,?,?,?) RETURNING device_id"]
                .Bind(device.Account.Value).Bind(device.Person?.Value).Bind(device.Name).Bind(device.Prefix).Bind(device.SecretHash)
                .Bind((long)device.Protocols).Bind(device.CreatedAt.ToUnixTimeSeconds()).Bind(device.Certificate).Scalar()!.Value);
            ScramRows.Insert(database, id, device.ScramKeys);
            return id;
        },
        cancellationToken);

    public Task SetDeviceSecretAsync(DeviceId device, NewSecret secret, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            // Who knew the old password may be in some browser.
            database["DELETE FROM web_sessions WHERE device_id=?"].Bind(device.Value).Run();
            RequireDevice(database["UPDATE devices SET secret_hash=? WHERE device_id=?"].Bind(secret.Hash).Bind(device.Value), device);
            ScramRows.Retire(database, device, secret.At);
            ScramRows.Insert(database, device, secret.ScramKeys);
        },
        cancellationToken);

    public Task AddScramKeysAsync(DeviceId device, string secretHash, IReadOnlyList<ScramKey> keys, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            if (database["SELECT 1 FROM devices WHERE device_id=? AND secret_hash=?"].Bind(device.Value).Bind(secretHash).Scalar() is not null)
                ScramRows.Insert(database, device, keys);
        },
        cancellationToken);

    public Task<IReadOnlyList<ScramCandidate>> ScramCandidatesAsync(AccountId account, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<ScramCandidate>>(
            database => Rows(
                database[$"SELECT {DeviceColumns}, k.stored_key, k.server_key, k.retired_at {DeviceTables} JOIN scram_keys k ON k.device_id=d.device_id " +
                    "WHERE d.account_id=? ORDER BY coalesce(k.retired_at, d.revoked_at) DESC NULLS FIRST LIMIT ?"]
                    .Bind(account.Value).Bind(ScramCheck.MaxKeys),
                row => new ScramCandidate(ReadDevice(row), new ScramKey(row.Blob(19), row.Blob(20)), !row.IsNull(21))),
            cancellationToken);

    public Task<bool> HasDevicesWithoutScramAsync(CancellationToken cancellationToken) => directory.RunAsync(
        database => database[
            "SELECT 1 FROM devices d WHERE revoked_at IS NULL AND certificate IS NULL AND NOT EXISTS" +
            "(SELECT 1 FROM scram_keys s WHERE s.device_id=d.device_id AND s.retired_at IS NULL) LIMIT 1"].Scalar() is not null,
        cancellationToken);

    public Task RevokeDeviceAsync(DeviceId device, DateTimeOffset at, CancellationToken cancellationToken) => directory.RunAsync(
        database => RequireDevice(
            database["UPDATE devices SET revoked_at=? WHERE device_id=?"].Bind(at.ToUnixTimeSeconds()).Bind(device.Value), device),
        cancellationToken);

    public Task TouchDeviceAsync(DeviceId device, DeviceUse use, CancellationToken cancellationToken) => directory.RunAsync(
        database => database[
            "UPDATE devices SET last_used_at=?, last_used_protocol=?, last_used_address=?, last_client=coalesce(?, last_client) WHERE device_id=?"]
            .Bind(use.At.ToUnixTimeSeconds()).Bind(use.Protocol.ToString()).Bind(use.Address).Bind(use.Client).Bind(device.Value).Run(),
        cancellationToken);

    private static void RequirePerson(Statement change, PersonId person)
    {
        if (change.Run() == 0)
            throw new MailException(MailError.NoSuchPerson, $"number {person.Value}");
    }

    private static void RequireDevice(Statement change, DeviceId device)
    {
        if (change.Run() == 0)
            throw new MailException(MailError.NoSuchDevice, $"number {device.Value}");
    }

    private static Person ReadPerson(Statement row) => new(
        new PersonId(row.Long(0)), row.Text(1), row.Text(2), ReadLanguage(row.Text(3)), row.Long(4) != 0, Time(row.Long(5)), TimeOrNull(row.LongOrNull(6)));

    private static DeviceEntry ReadDevice(Statement row)
    {
        var person = row.LongOrNull(2) is { } id
            ? new DevicePerson(new PersonId(id), row.Text(3), row.Text(4), ReadLanguage(row.Text(5)))
            : null;
        var rights = person is null ? MemberRights.All : (MemberRights)(row.LongOrNull(6) ?? 0);
        return new DeviceEntry(
            new DeviceId(row.Long(0)), new AccountId(row.Long(1)), person, rights, row.Text(7), row.TextOrNull(8), row.Text(9),
            (DeviceProtocols)row.Long(10), Time(row.Long(11)), ReadUse(row), TimeOrNull(row.LongOrNull(16)))
        {
            HasScramKeys = row.Long(17) != 0,
            Certificate = row.TextOrNull(18),
        };
    }

    private static DeviceUse? ReadUse(Statement row) => row.LongOrNull(12) is { } at && Enum.TryParse<AccessProtocol>(row.Text(13), out var protocol)
        ? new DeviceUse(Time(at), protocol, row.TextOrNull(14), row.TextOrNull(15))
        : null;

    private static string Tag(Language language) => language is Language.Italian ? "it" : "en";
    private static Language ReadLanguage(string tag) => tag is "it" ? Language.Italian : Language.English;
}
