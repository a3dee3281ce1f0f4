using System.Collections.Concurrent;
using Casella.Core;
using Casella.Core.Changes;

namespace Casella.Pop3.Session;

/// <summary>
/// One open maildrop per device (RFC 1939 §8 asks for exclusive access; here each device has a view of its own, so two
/// devices do not disturb each other and the same device twice gets [IN-USE]). One object for the process.
/// </summary>
internal sealed class MaildropLocks
{
    private readonly ConcurrentDictionary<(AccountId, DeviceId?), object> _open = new();

    /// <summary>Takes the device's maildrop until the result is disposed.</summary>
    /// <exception cref="MailException">InUse.</exception>
    public IDisposable Take(AccountId account, Actor actor)
    {
        var held = new Held(this, (account, actor.Device));
        return _open.TryAdd(held.Key, held) ? held : throw new MailException(MailError.InUse);
    }

    private sealed class Held(MaildropLocks locks, (AccountId, DeviceId?) key) : IDisposable
    {
        public (AccountId, DeviceId?) Key => key;

        public void Dispose() => locks._open.TryRemove(new(key, this));
    }
}
