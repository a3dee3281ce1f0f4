using Casella.Core.Storage;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>Address books in the directory's database.</summary>
internal sealed class SqliteContactStore(DirectoryDatabase directory) : IContactStore
{
    public Task<IReadOnlyList<ContactRow>> ListAsync(ContactOwner owner, CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<ContactRow>>(
        database => Rows(
            database["SELECT uid, card FROM contacts WHERE account_id IS ? AND person_id IS ? ORDER BY contact_id"].Bind(owner.Account?.Value).Bind(owner.Person?.Value),
            row => new ContactRow(row.Text(0), row.Text(1))),
        cancellationToken);

    public Task PutAsync(ContactOwner owner, IReadOnlyList<ContactRow> cards, DateTimeOffset at, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            foreach (var card in cards)
            {
                Delete(database, owner, card.Uid);
                database["INSERT INTO contacts(account_id, person_id, uid, card, saved_at) VALUES(?,?,?,?,?)"]
                    .Bind(owner.Account?.Value).Bind(owner.Person?.Value).Bind(card.Uid).Bind(card.Card).Bind(at.ToUnixTimeSeconds()).Run();
            }

            return cards.Count;
        },
        cancellationToken);

    public Task DeleteAsync(ContactOwner owner, string uid, CancellationToken cancellationToken) =>
        directory.RunAsync(database => Delete(database, owner, uid), cancellationToken);

    private static int Delete(Database database, ContactOwner owner, string uid) =>
        database["DELETE FROM contacts WHERE account_id IS ? AND person_id IS ? AND uid=?"].Bind(owner.Account?.Value).Bind(owner.Person?.Value).Bind(uid).Run();
}
