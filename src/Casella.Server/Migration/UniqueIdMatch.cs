using Casella.Core.Migration;

namespace Casella.Server.Migration;

/// <summary>Which message of IMAP's INBOX is which of POP3's: they tell each other nothing but the order and the sizes.</summary>
internal static class UniqueIdMatch
{
    /// <param name="inbox">By rising UID.</param>
    /// <param name="sizes">Of POP3's list, in its order.</param>
    /// <param name="ids">As many as sizes, or none.</param>
    public static IReadOnlyDictionary<uint, string> Of(IReadOnlyList<OldMessage> inbox, IList<int> sizes, IList<string> ids)
    {
        if (ids.Count != sizes.Count)
            return new Dictionary<uint, string>();
        if (inbox.Count == sizes.Count && inbox.Select(message => message.Size).SequenceEqual(sizes.Select(size => (long)size)))
            return inbox.Zip(ids).ToDictionary(pair => pair.First.Uid, pair => pair.Second);
        var lonely = sizes.Zip(ids).GroupBy(pair => (long)pair.First).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.Single().Second);
        return inbox.GroupBy(message => message.Size).Where(group => group.Count() == 1 && lonely.ContainsKey(group.Key))
            .ToDictionary(group => group.Single().Uid, group => lonely[group.Key]);
    }
}
