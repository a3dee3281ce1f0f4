using System.Collections.Concurrent;
using Casella.Core.Directory;

namespace Casella.Core.Push;

/// <summary>Who has which mailbox before their eyes: they see what comes and need no notice of it on any of their devices.</summary>
public sealed class Onlookers
{
    private readonly ConcurrentDictionary<Look, bool> _looks = new();

    /// <summary>The visitor looks at a mailbox until this is disposed.</summary>
    public IDisposable Enter(WebVisitor visitor, AccountId account)
    {
        var look = new Look(this, visitor.Device is null ? visitor.Person?.Id : null, visitor.Device, account);
        _looks[look] = true;
        return look;
    }

    public bool Sees(PushSubscription subscription, AccountId account) => _looks.Keys.Any(look =>
        look.Account == account && (look.Person is { } person ? person == subscription.Person : look.Device == subscription.Device && look.Device is not null));

    private sealed class Look(Onlookers all, PersonId? person, DeviceId? device, AccountId account) : IDisposable
    {
        public PersonId? Person => person;
        public DeviceId? Device => device;
        public AccountId Account => account;

        public void Dispose() => all._looks.TryRemove(this, out _);
    }
}
