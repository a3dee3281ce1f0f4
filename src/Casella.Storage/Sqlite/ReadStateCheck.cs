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

    /// <summary>The page with what is there alone; an empty one in the place of a damaged one.</summary>
    public static SeenPage Corrected(Database database, AccountId account, SeenPage page)
    {
        var words = new ulong[UidBits.WordsPerPage];
        if (page.Words.Length != UidBits.WordsPerPage)
            return page with { Words = words };
        var (first, _) = UidBits.RangeOf(page.Number);
        var present = Present(database, account, page);
        foreach (var at in UidBits.UidsOf(page).Where(present.Contains).Select(uid => uid.Value - first))
            words[at / 64] |= 1ul << (int)(at % 64);
        return page with { Words = words };
    }

    private static void Check(Database database, AccountId account, SeenPage page, Action<string> finding)
    {
        var present = Present(database, account, page);
        foreach (var uid in UidBits.UidsOf(page).Where(uid => !present.Contains(uid)))
            finding($"mailbox {page.Mailbox.Value} UID {uid.Value}: person {page.Person.Value} has read a message that is not there");
    }

    private static HashSet<Uid> Present(Database database, AccountId account, SeenPage page)
    {
        var present = new HashSet<Uid>();
        var (first, last) = UidBits.RangeOf(page.Number);
        var placements = database["SELECT uid FROM placements WHERE account_id=? AND mailbox_id=? AND uid BETWEEN ? AND ?"]
            .Bind(account.Value).Bind(page.Mailbox.Value).Bind(first).Bind(last);
        while (placements.Step())
            present.Add(new Uid((uint)placements.Long(0)));
        return present;
    }
}
