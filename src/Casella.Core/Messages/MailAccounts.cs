using Casella.Core.Changes;

namespace Casella.Core.Messages;

/// <summary>All mailbox accounts of this process: opens the doors. Keeps one shared state per open account, bounded by an LRU.</summary>
public sealed class MailAccounts
{
    /// <exception cref="MailException">NoSuchAddress, Unavailable.</exception>
    public Task<MailAccount> OpenAsync(AccountId account, Actor actor, CancellationToken cancellationToken) => throw new NotImplementedException();
}
