using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Push;

namespace Casella.Web.Push;

/// <summary>Tells which mailbox an open page shows, as long as its window is before somebody's eyes.</summary>
internal sealed class Looking(Onlookers onlookers, WebVisitor visitor) : IDisposable
{
    private IDisposable? _look;
    private AccountId? _account;

    /// <param name="account">Null for none, or while the window is hidden.</param>
    public void At(AccountId? account)
    {
        if (account == _account)
            return;
        _look?.Dispose();
        (_account, _look) = (account, account is { } seen ? onlookers.Enter(visitor, seen) : null);
    }

    public void Dispose() => At(null);
}
