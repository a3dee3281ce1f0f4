using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>Part of the writer's view of its account: see <see cref="IMigrationRows"/>.</summary>
/// <param name="wrote">Told of each write that must be committed.</param>
internal sealed class MigrationRows(Database database, AccountId account, Action wrote) : IMigrationRows
{
    public IReadOnlyList<MigratedRow> OfFolder(OldFolderKey folder)
    {
        var found = new List<MigratedRow>();
        var rows = database[MigrationStatements.OfFolder].Bind(account.Value).Bind(folder.Source).Bind(folder.Folder).Bind(folder.UidValidity);
        while (rows.Step())
            found.Add(new MigratedRow(
                (uint)rows.Long(0), new EmailId(rows.Long(1)), new PlacementName(new MailboxId(rows.Long(2)), new Uid((uint)rows.Long(3))),
                new FlagNames(new MessageFlags((UInt128)rows.Long(4)), rows.Text(5).Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        return found;
    }

    public void Put(OldFolderKey folder, MigratedRow row) => Run(
        database[MigrationStatements.Put].Bind(account.Value).Bind(folder.Source).Bind(folder.Folder).Bind(folder.UidValidity)
            .Bind(row.OldUid).Bind(row.Email.Value).Bind(row.Place.Mailbox.Value).Bind(row.Place.Uid.Value)
            .Bind((long)row.OldFlags.System.Bits).Bind(string.Join(' ', row.OldFlags.Keywords)));

    public void Delete(OldFolderKey folder, uint oldUid) => Run(
        database[MigrationStatements.Delete].Bind(account.Value).Bind(folder.Source).Bind(folder.Folder).Bind(folder.UidValidity).Bind(oldUid));

    public void PutUniqueId(EmailId message, string uniqueId) => Run(
        database[MigrationStatements.PutUniqueId].Bind(account.Value).Bind(message.Value).Bind(uniqueId));

    private void Run(Statement statement)
    {
        wrote();
        statement.Run();
    }
}
