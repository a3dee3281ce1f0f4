using Casella.Formats.Addresses;

namespace Casella.Core.Delivery;

/// <summary>
/// Where mail for an address goes: account, alias (one address, one or more mailboxes, through at most 10 aliases), +tag, postmaster. Asked by RCPT,
/// by submission and by the queue.
/// </summary>
public sealed class RecipientResolver
{
    public ValueTask<Resolution> ResolveAsync(EmailAddress recipient, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>What an address means here.</summary>
public abstract record Resolution
{
    /// <summary>The domain is not ours: relay for signed-in senders, 550 5.7.1 for others.</summary>
    public sealed record Remote : Resolution;

    /// <summary>Our domain, no such mailbox: 550 5.1.1.</summary>
    public sealed record Unknown : Resolution;

    /// <summary>One or more mailboxes of ours.</summary>
    /// <param name="Accounts">Distinct accounts.</param>
    /// <param name="Detail">The +tag, or null.</param>
    /// <param name="IsFull">True when every one of them is full already: 452 4.2.2 at RCPT.</param>
    public sealed record Local(IReadOnlyList<AccountId> Accounts, string? Detail, bool IsFull) : Resolution;
}
