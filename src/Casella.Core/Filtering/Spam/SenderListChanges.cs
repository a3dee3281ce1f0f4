using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Filtering.Spam;

/// <summary>Changes of a mailbox's list of senders within one unit, with their entry in the log: "entry\nbefore\nafter".</summary>
internal static class SenderListChanges
{
    /// <exception cref="DirectoryRuleException">The list is full.</exception>
    public static bool Set(UnitOfWork unit, string entry, SpamClass? listed)
    {
        var rows = unit.Transaction.Spam;
        var before = rows.ListedAs(entry);
        if (before == listed)
            return false;
        if (before is null && rows.Listed().Count >= SenderList.EntriesAtMost)
            throw new DirectoryRuleException($"The list has {SenderList.EntriesAtMost} senders, which is all it takes; list a whole domain instead.", DirectoryRule.SenderLimit);
        rows.PutListed(entry, listed, unit.Now);
        unit.Log(ChangeKind.SpamListChanged, null, null, [], $"{entry}\n{Word(before)}\n{Word(listed)}");
        return true;
    }

    public static (string Entry, SpamClass? Before, SpamClass? After) Read(ChangeRow change) =>
        change.Text!.Split('\n') is [var entry, var before, var after] ? (entry, Class(before), Class(after)) : throw new FormatException(change.Text);

    private static string Word(SpamClass? listed) => listed switch { SpamClass.Ham => "allow", SpamClass.Spam => "deny", _ => "" };

    private static SpamClass? Class(string word) => word switch { "allow" => SpamClass.Ham, "deny" => SpamClass.Spam, _ => null };
}
