using Casella.Core.Directory;
using Casella.Core.Storage;

namespace Casella.Core.Filtering.Spam;

/// <summary>The list of senders of a whole domain, and what its mailboxes have learnt together. For the office.</summary>
public sealed class DomainSpam
{
    private readonly ISpamStore _store;
    private readonly TimeProvider _time;

    internal DomainSpam(ISpamStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <param name="domain">Canonical.</param>
    public async Task<IReadOnlyList<SenderEntry>> ListAsync(string domain, CancellationToken cancellationToken) =>
        [.. (await _store.ListedAsync(domain, cancellationToken)).Select(SenderList.View)];

    /// <param name="isAllowed">Null takes the sender off the list.</param>
    /// <returns>False when it was so already.</returns>
    /// <exception cref="DirectoryRuleException">Neither an address nor a domain; the list is full.</exception>
    public async Task<bool> SetAsync(string domain, string sender, bool? isAllowed, CancellationToken cancellationToken)
    {
        var (entry, listed) = (SenderList.Entry(sender), SenderList.Class(isAllowed));
        if (listed is not null && (await _store.ListedAsync(domain, cancellationToken)).Count >= SenderList.EntriesAtMost)
            throw new DirectoryRuleException($"The list has {SenderList.EntriesAtMost} senders, which is all it takes; list a whole domain instead.", DirectoryRule.SenderLimit);
        return await _store.PutListedAsync(domain, entry, listed, _time.GetUtcNow(), cancellationToken) != listed;
    }

    public Task<SpamStatistics> StatisticsAsync(string domain, CancellationToken cancellationToken) => _store.StatisticsAsync(domain, cancellationToken);
}
