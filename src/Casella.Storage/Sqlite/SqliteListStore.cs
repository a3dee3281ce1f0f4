using Casella.Core.Lists;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Storage.Sqlite;

/// <summary>Announcement lists in the directory's database.</summary>
internal sealed class SqliteListStore(DirectoryDatabase directory) : IListStore
{
    private const string ListColumns = "list_id, address, title, posting";
    private const string MemberColumns = "member_id, address, may_post, bounces, joined_at, suspended_at";

    public Task<MailingList?> FindAsync(EmailAddress address, CancellationToken cancellationToken) => directory.RunAsync(
        database => One(database[$"SELECT {ListColumns} FROM lists WHERE address=?"].Bind(address.ToString()), List), cancellationToken);

    public Task<MailingList?> FindAsync(long id, CancellationToken cancellationToken) => directory.RunAsync(
        database => One(database[$"SELECT {ListColumns} FROM lists WHERE list_id=?"].Bind(id), List), cancellationToken);

    public Task<IReadOnlyList<MailingList>> ListAsync(CancellationToken cancellationToken) => directory.RunAsync(
        IReadOnlyList<MailingList> (database) => All(database[$"SELECT {ListColumns} FROM lists ORDER BY address"], List), cancellationToken);

    public Task PutAsync(EmailAddress address, string title, ListPosting posting, CancellationToken cancellationToken) => directory.ChangeAsync(
        database =>
        {
            database["INSERT INTO lists(address, title, posting) VALUES(?,?,?) ON CONFLICT(address) DO UPDATE SET title=excluded.title, posting=excluded.posting"]
                .Bind(address.ToString()).Bind(title).Bind((long)posting).Run();
        },
        cancellationToken);

    public Task<bool> RemoveAsync(EmailAddress address, CancellationToken cancellationToken) => directory.ChangeAsync(
        database => database["DELETE FROM lists WHERE address=?"].Bind(address.ToString()).Run() > 0, cancellationToken);

    public Task<IReadOnlyList<ListMember>> MembersAsync(long list, CancellationToken cancellationToken) => directory.RunAsync(
        IReadOnlyList<ListMember> (database) => All(database[$"SELECT {MemberColumns} FROM list_members WHERE list_id=? ORDER BY address"].Bind(list), Member), cancellationToken);

    public Task PutMemberAsync(long list, EmailAddress address, bool mayPost, DateTimeOffset now, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            database["""
                INSERT INTO list_members(list_id, address, may_post, bounces, joined_at) VALUES(?,?,?,0,?)
                ON CONFLICT(list_id, address) DO UPDATE SET may_post=excluded.may_post, bounces=0, bounced_at=NULL, suspended_at=NULL
                """].Bind(list).Bind(address.ToWire()).Bind(mayPost ? 1L : 0L).Bind(now.ToUnixTimeSeconds()).Run();
        },
        cancellationToken);

    public Task<bool> RemoveMemberAsync(long list, EmailAddress address, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM list_members WHERE list_id=? AND lower(address)=lower(?)"].Bind(list).Bind(address.ToWire()).Run() > 0, cancellationToken);

    public Task<EmailAddress?> RemoveMemberAsync(long list, long member, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            var found = Find(database, list, member);
            database["DELETE FROM list_members WHERE list_id=? AND member_id=?"].Bind(list).Bind(member).Run();
            return found?.Address;
        },
        cancellationToken);

    public Task<ListMember?> CountBounceAsync(long list, long member, DateTimeOffset now, BounceLimit limit, CancellationToken cancellationToken) =>
        directory.RunAsync(
            database =>
            {
                var last = database["SELECT bounced_at FROM list_members WHERE list_id=? AND member_id=?"].Bind(list).Bind(member).Scalar();
                var isOld = last is { } at && now.ToUnixTimeSeconds() - at > limit.Within.TotalSeconds;
                var isToday = last is { } before && DateTimeOffset.FromUnixTimeSeconds(before).UtcDateTime.Date == now.UtcDateTime.Date;
                if (!isToday)
                    database["UPDATE list_members SET bounced_at=?, bounces=CASE WHEN ? THEN 1 ELSE bounces+1 END WHERE list_id=? AND member_id=?"]
                        .Bind(now.ToUnixTimeSeconds()).Bind(isOld ? 1L : 0L).Bind(list).Bind(member).Run();
                database["UPDATE list_members SET suspended_at=? WHERE list_id=? AND member_id=? AND suspended_at IS NULL AND bounces>=?"]
                    .Bind(now.ToUnixTimeSeconds()).Bind(list).Bind(member).Bind(limit.Days).Run();
                return Find(database, list, member);
            },
            cancellationToken);

    private static ListMember? Find(Database database, long list, long member) =>
        One(database[$"SELECT {MemberColumns} FROM list_members WHERE list_id=? AND member_id=?"].Bind(list).Bind(member), Member);

    private static T? One<T>(Statement rows, Func<Statement, T> read)
        where T : class
    {
        var found = rows.Step() ? read(rows) : null;
        rows.Reset();
        return found;
    }

    private static List<T> All<T>(Statement rows, Func<Statement, T> read)
    {
        var found = new List<T>();
        while (rows.Step())
            found.Add(read(rows));
        return found;
    }

    private static MailingList List(Statement row) => new(row.Long(0), SqliteQueueStore.Address(row.Text(1)), row.Text(2), (ListPosting)row.Long(3));

    private static ListMember Member(Statement row) => new(
        row.Long(0), SqliteQueueStore.Address(row.Text(1)), row.Long(2) != 0, (int)row.Long(3), DateTimeOffset.FromUnixTimeSeconds(row.Long(4)),
        row.LongOrNull(5) is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null);
}
