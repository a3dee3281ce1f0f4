using Casella.Core.Signing;
using Casella.Core.Storage;
using Casella.Formats.SenderRecords;

namespace Casella.Storage.Sqlite;

/// <summary>The DKIM keys in the directory's database.</summary>
internal sealed class SqliteDomainKeyStore(DirectoryDatabase directory) : IDomainKeyStore
{
    private const string Columns = "domain, selector, kind, secret, state, created_at";

    public Task<IReadOnlyList<DomainKeyRow>> KeysAsync(CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<DomainKeyRow>>(
        database =>
        {
            var keys = new List<DomainKeyRow>();
            var rows = database[$"SELECT {Columns} FROM domain_keys ORDER BY created_at, selector"];
            while (rows.Step())
                keys.Add(new DomainKeyRow(
                    rows.Text(0), rows.Text(1), (DkimKeyType)rows.Long(2), rows.Blob(3), (DomainKeyState)rows.Long(4), DateTimeOffset.FromUnixTimeSeconds(rows.Long(5))));
            return keys;
        },
        cancellationToken);

    public Task AddKeysAsync(IReadOnlyList<DomainKeyRow> keys, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            foreach (var key in keys)
                database[$"INSERT INTO domain_keys({Columns}) SELECT ?,?,?,?,?,? WHERE EXISTS(SELECT 1 FROM domains WHERE name=?)"]
                    .Bind(key.Domain).Bind(key.Selector).Bind((long)key.Type).Bind(key.Secret.Span).Bind((long)key.State)
                    .Bind(key.CreatedAt.ToUnixTimeSeconds()).Bind(key.Domain).Run();
        },
        cancellationToken);

    public Task ActivateAsync(string domain, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            if (database["SELECT COUNT(*) FROM domain_keys WHERE domain=? AND state=?"].Bind(domain).Bind((long)DomainKeyState.Waiting).Scalar() is 0)
                return;
            database["DELETE FROM domain_keys WHERE domain=? AND state=?"].Bind(domain).Bind((long)DomainKeyState.Retired).Run();
            database["UPDATE domain_keys SET state=? WHERE domain=? AND state=?"]
                .Bind((long)DomainKeyState.Retired).Bind(domain).Bind((long)DomainKeyState.Signing).Run();
            database["UPDATE domain_keys SET state=? WHERE domain=? AND state=?"]
                .Bind((long)DomainKeyState.Signing).Bind(domain).Bind((long)DomainKeyState.Waiting).Run();
        },
        cancellationToken);
}
