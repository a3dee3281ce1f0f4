using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Core.Storage;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>Sign-ins of browsers in the directory's database.</summary>
internal sealed class SqliteWebSessionStore(DirectoryDatabase directory, IPeopleStore people) : IWebSessionStore
{
    private const string Sessions =
        "SELECT s.session_id, s.browser, s.address, s.signed_in_at, s.last_seen_at, s.person_id, s.device_id, d.account_id, p.name, p.login, p.language, z.value " +
        "FROM web_sessions s LEFT JOIN persons p USING(person_id) LEFT JOIN devices d USING(device_id) " +
        $"LEFT JOIN settings z ON z.name='{ZoneSetting}'||COALESCE(s.person_id, d.person_id) ";

    /// <summary>With the number of the person.</summary>
    private const string ZoneSetting = "person.zone.";

    public Task<PersonSecret?> FindSecretAsync(string login, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(
            database["SELECT person_id, name, login, language, secret_hash FROM persons WHERE login=? AND secret_hash IS NOT NULL AND left_at IS NULL"]
                .Bind(login),
            row => new PersonSecret(
                new DevicePerson(new PersonId(row.Long(0)), row.Text(1), row.Text(2), ReadLanguage(row.Text(3))), row.Text(4))).FirstOrDefault(),
        cancellationToken);

    public Task SetLanguageAsync(PersonId person, Language language, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["UPDATE persons SET language=? WHERE person_id=?"]
            .Bind(language is Language.Italian ? "it" : "en").Bind(person.Value).Run(),
        cancellationToken);

    public Task SetZoneAsync(PersonId person, string? zone, CancellationToken cancellationToken) => directory.RunAsync(
        database => zone is null
            ? database["DELETE FROM settings WHERE name=?||?"].Bind(ZoneSetting).Bind(person.Value).Run()
            : database["INSERT INTO settings(name, value) VALUES(?||?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value"]
                .Bind(ZoneSetting).Bind(person.Value).Bind(zone).Run(),
        cancellationToken);

    public Task<WebSessionId?> AddAsync(NewWebSession session, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            if (session.SecretHash is { } hash
                && database["SELECT COUNT(*) FROM persons WHERE person_id=? AND secret_hash=?"].Bind(session.Owner.Person?.Value).Bind(hash).Scalar() != 1)
                return null;
            return (WebSessionId?)new WebSessionId(database[
                "INSERT INTO web_sessions(token_hash, person_id, device_id, browser, address, signed_in_at, last_seen_at) VALUES(?,?,?,?,?,?,?) RETURNING session_id"]
                .Bind(session.TokenHash).Bind(session.Owner.Person?.Value).Bind(session.Owner.Device?.Value).Bind(session.Browser).Bind(session.Address)
                .Bind(session.At.ToUnixTimeSeconds()).Bind(session.At.ToUnixTimeSeconds()).Scalar()!.Value);
        },
        cancellationToken);

    public async Task<WebSessionRow?> FindAsync(string tokenHash, CancellationToken cancellationToken)
    {
        var found = await directory.RunAsync(
            database => Rows(
                database[$"{Sessions} WHERE s.token_hash=? AND p.left_at IS NULL AND d.revoked_at IS NULL"].Bind(tokenHash), Read).FirstOrDefault(),
            cancellationToken);
        return found is null ? null : await WithDeviceAsync(found, cancellationToken);
    }

    public async Task<IReadOnlyList<WebSessionRow>> ListAsync(WebSessionOwner owner, CancellationToken cancellationToken) =>
    [
        .. (await directory.RunAsync(
            database => Rows(
                database[$"{Sessions} WHERE s.person_id IS ? AND s.device_id IS ? ORDER BY s.last_seen_at DESC, s.session_id DESC"]
                    .Bind(owner.Person?.Value).Bind(owner.Device?.Value),
                Read),
            cancellationToken)).Select(found => new WebSessionRow(found.Session, found.Person, null)),
    ];

    public Task TouchAsync(WebSessionId session, DateTimeOffset at, string address, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["UPDATE web_sessions SET last_seen_at=?, address=? WHERE session_id=?"]
            .Bind(at.ToUnixTimeSeconds()).Bind(address).Bind(session.Value).Run(),
        cancellationToken);

    public Task<IReadOnlyList<WebSessionId>?> ChangeSecretAsync(SecretChange change, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            // Both are looked at before anything is written: what returns null has changed nothing.
            var isTheirs = database["SELECT COUNT(*) FROM web_sessions WHERE session_id=? AND person_id=?"]
                .Bind(change.Session.Value).Bind(change.Person.Value).Scalar() == 1;
            var isTheSame = database["SELECT COUNT(*) FROM persons WHERE person_id=? AND secret_hash=? AND left_at IS NULL"]
                .Bind(change.Person.Value).Bind(change.OldHash).Scalar() == 1;
            if (!isTheirs || !isTheSame)
                return null;
            database["UPDATE persons SET secret_hash=? WHERE person_id=?"].Bind(change.NewHash).Bind(change.Person.Value).Run();
            database["UPDATE web_sessions SET token_hash=? WHERE session_id=?"].Bind(change.TokenHash).Bind(change.Session.Value).Run();
            return (IReadOnlyList<WebSessionId>?)Rows(
                database["DELETE FROM web_sessions WHERE person_id=? AND session_id<>? RETURNING session_id"].Bind(change.Person.Value).Bind(change.Session.Value),
                row => new WebSessionId(row.Long(0)));
        },
        cancellationToken);

    public Task EndAsync(WebSessionId session, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM web_sessions WHERE session_id=?"].Bind(session.Value).Run(), cancellationToken);

    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM web_sessions WHERE last_seen_at<?"].Bind(before.ToUnixTimeSeconds()).Run(), cancellationToken);

    /// <summary>The people's store knows what a device may do now.</summary>
    private async Task<WebSessionRow?> WithDeviceAsync(Found found, CancellationToken cancellationToken)
    {
        if (found.Device is not { } device)
            return new WebSessionRow(found.Session, found.Person, null) { Zone = found.Zone };
        var entry = (await people.DevicesAsync(found.Account!.Value, cancellationToken)).FirstOrDefault(known => known.Id == device);
        return entry is { RevokedAt: null } ? new WebSessionRow(found.Session, null, entry) { Zone = found.Zone } : null;
    }

    private static Found Read(Statement row) => new(
        new WebSession(new WebSessionId(row.Long(0)), row.Text(1), row.Text(2), Time(row.Long(3)), Time(row.Long(4))),
        row.LongOrNull(5) is { } person ? new DevicePerson(new PersonId(person), row.Text(8), row.Text(9), ReadLanguage(row.Text(10))) : null,
        row.LongOrNull(6) is { } device ? new DeviceId(device) : null,
        row.LongOrNull(7) is { } account ? new AccountId(account) : null,
        row.TextOrNull(11));

    private static Language ReadLanguage(string tag) => tag is "it" ? Language.Italian : Language.English;

    private sealed record Found(WebSession Session, DevicePerson? Person, DeviceId? Device, AccountId? Account, string? Zone);
}
