using Casella.Core.Mailboxes;
using Casella.Core.Storage;

namespace Casella.Core.Messages.Threading;

/// <summary>
/// Conversations over all folders of an account: who answers whom, as it was found when each message came in (its
/// THREADID). IMAP's THREAD reads every header of one folder; a page that shows a folder of 100,000 in the blink of an
/// eye cannot. Got from <see cref="MailAccount.Conversations"/>.
/// </summary>
public sealed class Conversations
{
    /// <summary>A conversation of more is shown by its newest messages.</summary>
    private const int MessagesAtMost = 500;

    private readonly AccountState _state;

    internal Conversations(AccountState state) => _state = state;

    /// <summary>Which message is of which conversation.</summary>
    public Task<ThreadMap> MapAsync(CancellationToken cancellationToken) => _state.Threads.GetAsync(_state, cancellationToken);

    /// <summary>
    /// Where the messages of each conversation are: one place for each message, INBOX and Sent before other folders; none
    /// of Trash, SPAM and Drafts unless there is no other.
    /// </summary>
    /// <returns>By conversation, the oldest message first.</returns>
    public async Task<IReadOnlyDictionary<ThreadId, IReadOnlyList<PlacedMessage>>> MembersAsync(
        IReadOnlyCollection<ThreadId> threads, CancellationToken cancellationToken)
    {
        var ranks = _state.Tree.Mailboxes.ToDictionary(folder => folder.Id, Rank);
        return await _state.Store.ReadAsync<IReadOnlyDictionary<ThreadId, IReadOnlyList<PlacedMessage>>>(
            _state.Id, reader => threads.Distinct().ToDictionary(thread => thread, thread => Members(reader, thread, ranks)), cancellationToken);
    }

    private static IReadOnlyList<PlacedMessage> Members(IMailReader reader, ThreadId thread, Dictionary<MailboxId, int> ranks)
    {
        var members = new List<(int Rank, PlacedMessage Message)>();
        foreach (var message in reader.MessagesOf(thread, MessagesAtMost))
            if (reader.PlacementsOf(message).Where(place => ranks.ContainsKey(place.Mailbox)).OrderBy(place => ranks[place.Mailbox]).ToList() is [var best, ..])
                members.Add((ranks[best.Mailbox], new PlacedMessage(best.Mailbox, best.Placement)));
        var shown = members.Where(one => one.Rank < Unwanted).ToList();
        return [.. (shown.Count > 0 ? shown : members).Select(one => one.Message).OrderBy(one => one.Placement.ReceivedAt).ThenBy(one => one.Placement.Email.Value)];
    }

    private const int Unwanted = 3;

    private static int Rank(MailboxInfo folder) => folder.Name.IsInbox ? 0 : folder.SpecialUse switch
    {
        SpecialUse.Sent => 1,
        SpecialUse.Trash or SpecialUse.Junk or SpecialUse.Drafts => Unwanted,
        _ => 2,
    };
}

/// <summary>A message in one of its folders.</summary>
public readonly record struct PlacedMessage(MailboxId Mailbox, Placement Placement);
