using Casella.Core;
using Casella.Core.Storage;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>Second factors and passkeys in the directory's database.</summary>
internal sealed class SqliteSecondFactorStore(DirectoryDatabase directory) : ISecondFactorStore
{
    private const string Passkeys = "SELECT k.credential, k.person_id, k.name, k.record, k.created_at, k.last_used_at FROM passkeys k JOIN persons p USING(person_id) ";

    public Task<CodesRow?> FindCodesAsync(PersonId person, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(
            database["SELECT secret, last_step, recovery, since FROM one_time_codes WHERE person_id=?"].Bind(person.Value),
            row => new CodesRow(
                row.Blob(0), row.Long(1), row.Text(2).Split(' ', StringSplitOptions.RemoveEmptyEntries), DateTimeOffset.FromUnixTimeSeconds(row.Long(3)))).FirstOrDefault(),
        cancellationToken);

    public Task PutCodesAsync(PersonId person, CodesRow codes, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["INSERT OR REPLACE INTO one_time_codes(person_id, secret, last_step, recovery, since) VALUES(?,?,?,?,?)"]
            .Bind(person.Value).Bind(codes.Secret.AsSpan()).Bind(codes.LastStep).Bind(string.Join(' ', codes.Recovery)).Bind(codes.Since.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    public Task<bool> UseCodeAsync(PersonId person, CodesRow before, CodesRow after, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["UPDATE one_time_codes SET last_step=?, recovery=? WHERE person_id=? AND last_step=? AND recovery=? AND secret=? RETURNING 1"]
            .Bind(after.LastStep).Bind(string.Join(' ', after.Recovery)).Bind(person.Value)
            .Bind(before.LastStep).Bind(string.Join(' ', before.Recovery)).Bind(before.Secret.AsSpan()).Scalar() is not null,
        cancellationToken);

    public Task DeleteCodesAsync(PersonId person, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM one_time_codes WHERE person_id=?"].Bind(person.Value).Run(), cancellationToken);

    public Task<IReadOnlyList<PasskeyRow>> PasskeysAsync(PersonId person, CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<PasskeyRow>>(
        database => Rows(database[$"{Passkeys} WHERE k.person_id=? ORDER BY k.created_at"].Bind(person.Value), Read), cancellationToken);

    public Task<PasskeyRow?> FindPasskeyAsync(string credential, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(database[$"{Passkeys} WHERE k.credential=? AND p.left_at IS NULL"].Bind(credential), Read).FirstOrDefault(), cancellationToken);

    public Task PutPasskeyAsync(PasskeyRow passkey, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["INSERT OR REPLACE INTO passkeys(credential, person_id, name, record, created_at, last_used_at) VALUES(?,?,?,?,?,?)"]
            .Bind(passkey.Credential).Bind(passkey.Person.Value).Bind(passkey.Name).Bind(passkey.Record)
            .Bind(passkey.CreatedAt.ToUnixTimeSeconds()).Bind(passkey.LastUsedAt?.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    public Task DeletePasskeyAsync(PersonId person, string credential, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM passkeys WHERE person_id=? AND credential=?"].Bind(person.Value).Bind(credential).Run(), cancellationToken);

    private static PasskeyRow Read(Statement row) => new(
        row.Text(0), new PersonId(row.Long(1)), row.Text(2), row.Text(3), DateTimeOffset.FromUnixTimeSeconds(row.Long(4)),
        row.IsNull(5) ? null : DateTimeOffset.FromUnixTimeSeconds(row.Long(5)));
}
