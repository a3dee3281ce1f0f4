using Casella.Core;
using Casella.Core.Storage;
using Casella.Core.Work;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>Reminders in the directory's database.</summary>
internal sealed class SqliteReminderStore(DirectoryDatabase directory) : IReminderStore
{
    private const string Columns = "SELECT account_id, email_id, kind, home_id, at FROM reminders";

    public Task PutAsync(Reminder reminder, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["INSERT OR REPLACE INTO reminders(account_id, email_id, kind, home_id, at) VALUES(?,?,?,?,?)"]
            .Bind(reminder.Account.Value).Bind(reminder.Message.Value).Bind((long)reminder.Kind).Bind(reminder.Home.Value).Bind(reminder.At.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    public Task<IReadOnlyList<Reminder>> OfAsync(AccountId account, EmailId message, CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<Reminder>>(
        database => Rows(database[$"{Columns} WHERE account_id=? AND email_id=? ORDER BY kind"].Bind(account.Value).Bind(message.Value), Read), cancellationToken);

    public Task<IReadOnlyList<Reminder>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<Reminder>>(
        database => Rows(database[$"{Columns} WHERE at<=? ORDER BY at LIMIT ?"].Bind(now.ToUnixTimeSeconds()).Bind(limit), Read), cancellationToken);

    public Task DeleteAsync(Reminder reminder, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM reminders WHERE account_id=? AND email_id=? AND kind=? AND at=?"]
            .Bind(reminder.Account.Value).Bind(reminder.Message.Value).Bind((long)reminder.Kind).Bind(reminder.At.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    private static Reminder Read(Statement row) => new(
        new AccountId(row.Long(0)), new EmailId(row.Long(1)), (ReminderKind)row.Long(2), new MailboxId(row.Long(3)), DateTimeOffset.FromUnixTimeSeconds(row.Long(4)));
}
