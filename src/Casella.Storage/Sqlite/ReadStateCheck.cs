using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Storage.Sqlite;

/// <summary>
/// Part of <see cref="Verification"/>: where read states are personal, the number of messages that somebody has not
/// read is counted from the bits alone, so none may be of a message that is not there.
/// </summary>
internal static class ReadStateCheck
{
    public static bool Run(Database database, AccountId account, Action<string> finding)
    {
        var rows = new ReadStateRows(database, account, () => { });
        // While they are paused nobody follows what goes; the switch back looks at what is left.
        var readers = rows.Readers().Where(reader => reader.PausedAt is null).Select(reader => reader.Person).ToHashSet();
        foreach (var page in rows.Pages())
        {
            if (page.Words.Length != UidBits.WordsPerPage || page.IsEmpty)
                finding($"mailbox {page.Mailbox.Value}: page {page.Number} of what person {page.Person.Value} has read is damaged");
            else if (readers.Contains(page.Person))
                Check(database, account, page, finding);
        }

        return true;
    }

    private static void Check(Database database, AccountId account, SeenPage page, Action<string> finding)
    {
        var present = new HashSet<Uid>();
        var (first, last) = UidBits.RangeOf(page.Number);
        var placements = database["SELECT uid FROM placements WHERE account_id=? AND mailbox_id=? AND uid BETWEEN ? AND ?"]
            .Bind(account.Value).Bind(page.Mailbox.Value).Bind(first).Bind(last);
        while (placements.Step())
            present.Add(new Uid((uint)placements.Long(0)));
        foreach (var uid in UidBits.UidsOf(page).Where(uid => !present.Contains(uid)))
            finding($"mailbox {page.Mailbox.Value} UID {uid.Value}: person {page.Person.Value} has read a message that is not there");
    }
}
