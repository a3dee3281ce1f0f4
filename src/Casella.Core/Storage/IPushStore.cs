using Casella.Core.Directory;
using Casella.Core.Push;

namespace Casella.Core.Storage;

/// <summary>Where browsers want to be told of new mail. A subscription goes with the session of its browser.</summary>
internal interface IPushStore
{
    /// <summary>The server's private key towards push services, kept from the first time on.</summary>
    Task<byte[]> KeyAsync(byte[] proposed, CancellationToken cancellationToken);

    /// <summary>In place of the session's earlier one.</summary>
    Task PutAsync(WebSessionId session, PushWish wish, CancellationToken cancellationToken);

    Task<PushWish?> FindAsync(WebSessionId session, CancellationToken cancellationToken);

    Task RemoveAsync(WebSessionId session, CancellationToken cancellationToken);

    /// <summary>Accounts of which somebody wants to be told.</summary>
    Task<IReadOnlyList<AccountId>> AccountsAsync(CancellationToken cancellationToken);

    /// <summary>Of one account: of those only whose owner may read it now, and whose browser was here since.</summary>
    Task<IReadOnlyList<PushSubscription>> OfAccountAsync(AccountId account, DateTimeOffset since, CancellationToken cancellationToken);
}
