using Casella.Core.Changes;

namespace Casella.Core.Messages;

/// <summary>All mailbox accounts of this process: opens the doors. Keeps one shared state per open account, bounded by an LRU.</summary>
public sealed class MailAccounts
{
    /// <exception cref="MailException">NoSuchAddress, Unavailable.</exception>
    public Task<MailAccount> OpenAsync(AccountId account, Actor actor, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes a new account's storage with its first mailboxes (INBOX, Sent, Drafts, Trash, SPAM, Archive: special use set, subscribed).</summary>
    /// <param name="quota">Bytes; null for no limit.</param>
    internal Task CreateAsync(AccountId account, long? quota, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes an account's storage for good and ends its open sessions' access. Nothing happens when it has none.</summary>
    internal Task DeleteAsync(AccountId account, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Checks every row, counter, UID rule and body hash; calls back with each finding, in words for the technician.</summary>
    public Task VerifyAsync(AccountId account, Action<string> finding, CancellationToken cancellationToken) => throw new NotImplementedException();
}
