using System.Collections.Concurrent;
using System.Net;
using Casella.Core.Changes;
using Casella.Core.Storage;

namespace Casella.Core.Directory;

/// <summary>
/// When each device was last there, from where, by which protocol and with which program. Kept for people: each note is
/// a durable write, so one device is noted once in a few minutes, and at once when its program has another name. Used
/// by <see cref="Authenticator"/>.
/// </summary>
internal sealed class DeviceRecords(IPeopleStore store, SignInOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<DeviceId, Noted> _noted = new();

    /// <exception cref="MailException">Unavailable.</exception>
    public async Task NoteUseAsync(DeviceId device, AccessProtocol protocol, IPAddress remote, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = _noted.GetValueOrDefault(device);
        if (last is not null && now - last.UsedAt < options.TouchEvery)
            return;
        _noted[device] = new Noted(now, last?.Client, last?.NamedAt ?? DateTimeOffset.MinValue);
        await store.TouchDeviceAsync(device, new DeviceUse(now, protocol, Text(remote), Client: null), cancellationToken);
    }

    /// <summary>Two programs that take turns with one password are noted once in a few minutes, like the rest.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task NoteClientAsync(DeviceId device, AccessProtocol protocol, IPAddress remote, string client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = _noted.GetValueOrDefault(device);
        if (last is not null && (string.Equals(last.Client, client, StringComparison.Ordinal) || now - last.NamedAt < options.TouchEvery))
            return;
        _noted[device] = new Noted(now, client, now);
        await store.TouchDeviceAsync(device, new DeviceUse(now, protocol, Text(remote), client), cancellationToken);
    }

    private static string Text(IPAddress remote) => (remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote).ToString();

    private sealed record Noted(DateTimeOffset UsedAt, string? Client, DateTimeOffset NamedAt);
}
