using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Core.Push;
using Casella.Core.Storage;
using Casella.Formats.Push;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>Subscriptions to notices of new mail in the directory's database.</summary>
internal sealed class SqlitePushStore(DirectoryDatabase directory) : IPushStore
{
    private const int MayRead = (int)MemberRights.Read;

    public Task<byte[]> KeyAsync(byte[] proposed, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            database["INSERT OR IGNORE INTO push_key(key_id, private_key) VALUES(1, ?)"].Bind(proposed.AsSpan()).Run();
            return Rows(database["SELECT private_key FROM push_key WHERE key_id=1"], row => row.Blob(0)).Single();
        },
        cancellationToken);

    public Task PutAsync(WebSessionId session, PushWish wish, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            // Another session of the same browser, which was signed out and in again: its address is one.
            database["DELETE FROM push_subscriptions WHERE session_id=? OR endpoint=?"].Bind(session.Value).Bind(wish.Endpoint).Run();
            database["INSERT INTO push_subscriptions(session_id, endpoint, public_key, secret, with_content) VALUES(?,?,?,?,?)"]
                .Bind(session.Value).Bind(wish.Endpoint).Bind(wish.Keys.Public.AsSpan()).Bind(wish.Keys.Secret.AsSpan()).Bind(wish.WithContent ? 1 : 0).Run();
            foreach (var account in wish.Accounts)
                database["INSERT INTO push_accounts(session_id, account_id) VALUES(?,?)"].Bind(session.Value).Bind(account.Value).Run();
            return true;
        },
        cancellationToken);

    public Task<PushWish?> FindAsync(WebSessionId session, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            var accounts = Rows(
                database["SELECT account_id FROM push_accounts WHERE session_id=? ORDER BY account_id"].Bind(session.Value), row => new AccountId(row.Long(0)));
            return Rows(
                database["SELECT endpoint, public_key, secret, with_content FROM push_subscriptions WHERE session_id=?"].Bind(session.Value),
                row => new PushWish(row.Text(0), new PushKeys(row.Blob(1), row.Blob(2)), accounts, row.Long(3) != 0)).FirstOrDefault();
        },
        cancellationToken);

    public Task RemoveAsync(WebSessionId session, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM push_subscriptions WHERE session_id=?"].Bind(session.Value).Run(), cancellationToken);

    public Task<IReadOnlyList<AccountId>> AccountsAsync(CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<AccountId>>(
        database => Rows(database["SELECT DISTINCT account_id FROM push_accounts"], row => new AccountId(row.Long(0))), cancellationToken);

    public Task<IReadOnlyList<PushSubscription>> OfAccountAsync(AccountId account, DateTimeOffset since, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<PushSubscription>>(
            database => Rows(
                database[
                    "SELECT s.session_id, s.person_id, s.device_id, p.language, u.endpoint, u.public_key, u.secret, u.with_content " +
                    "FROM push_accounts a JOIN push_subscriptions u USING(session_id) JOIN web_sessions s USING(session_id) " +
                    "LEFT JOIN persons p ON p.person_id=s.person_id LEFT JOIN devices d ON d.device_id=s.device_id " +
                    "LEFT JOIN members m ON m.person_id=s.person_id AND m.account_id=a.account_id " +
                    "WHERE a.account_id=? AND s.last_seen_at>=? AND p.left_at IS NULL AND d.revoked_at IS NULL " +
                    $"AND (d.account_id=a.account_id OR (s.person_id IS NOT NULL AND m.rights & {MayRead})) ORDER BY s.session_id"]
                    .Bind(account.Value).Bind(since.ToUnixTimeSeconds()),
                row => new PushSubscription(
                    new WebSessionId(row.Long(0)), row.LongOrNull(1) is { } person ? new PersonId(person) : null, row.LongOrNull(2) is { } device ? new DeviceId(device) : null,
                    row.TextOrNull(3) is "en" ? Language.English : Language.Italian,
                    new PushWish(row.Text(4), new PushKeys(row.Blob(5), row.Blob(6)), [account], row.Long(7) != 0))),
            cancellationToken);
}
