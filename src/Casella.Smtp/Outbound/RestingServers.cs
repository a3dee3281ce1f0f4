using Casella.Core.Queue;

namespace Casella.Smtp.Outbound;

/// <summary>
/// Connections over which a message has just gone while more waits for the same domain: the next one needs no new
/// connection, greeting and TLS. They rest for a moment only, for a server that stays connected without need is one
/// less for others. Used by <see cref="OutboundTransport"/>.
/// </summary>
internal sealed class RestingServers(TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan RestAtMost = TimeSpan.FromSeconds(2);

    /// <summary>Messages over one connection: many servers take no more than a hundred.</summary>
    private const int MessagesAtMost = 100;

    private readonly Dictionary<(string Domain, TransportSecurity Security), List<Resting>> _resting = [];
    private readonly Lock _lock = new();

    /// <summary>One that is still there and has forgotten the last message; null when there is none.</summary>
    public async Task<OpenServer?> TakeAsync(OutboundMail mail, CancellationToken cancellationToken)
    {
        while (Take((mail.Domain, mail.Security)) is { } open)
        {
            try
            {
                if (await open.Server.ResetAsync(cancellationToken))
                    return open;
            }
            catch
            {
                await open.Server.DisposeAsync();
                throw;
            }

            await open.Server.DisposeAsync();
        }

        return null;
    }

    /// <summary>After a message: kept when another is expected, else closed.</summary>
    public ValueTask ReturnAsync(OutboundMail mail, OpenServer open)
    {
        if (!mail.MoreWaits || open.Messages >= MessagesAtMost)
            return open.Server.DisposeAsync();
        var key = (mail.Domain, mail.Security);
        lock (_lock)
        {
            if (!_resting.TryGetValue(key, out var list))
                _resting[key] = list = [];
            var resting = new Resting(open);
            resting.Timer = time.CreateTimer(_ => Close(key, resting), null, RestAtMost, Timeout.InfiniteTimeSpan);
            list.Add(resting);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        List<Resting> all;
        lock (_lock)
        {
            all = [.. _resting.Values.SelectMany(list => list)];
            _resting.Clear();
        }

        foreach (var resting in all)
        {
            await resting.Timer!.DisposeAsync();
            await resting.Open.Server.DisposeAsync();
        }
    }

    private OpenServer? Take((string Domain, TransportSecurity Security) key)
    {
        lock (_lock)
            return _resting.TryGetValue(key, out var list) && list.Count > 0 && Remove(key, list[^1]) is { } taken ? taken.Open : null;
    }

    private void Close((string Domain, TransportSecurity Security) key, Resting resting)
    {
        bool isOurs;
        lock (_lock)
            isOurs = Remove(key, resting) is not null;
        if (isOurs)
            _ = resting.Open.Server.DisposeAsync().AsTask();    // never throws: whether the other hears our QUIT matters to nobody
    }

    /// <summary>Null for one that somebody else has taken.</summary>
    private Resting? Remove((string Domain, TransportSecurity Security) key, Resting resting)
    {
        if (!_resting.TryGetValue(key, out var list) || !list.Remove(resting))
            return null;
        if (list.Count == 0)
            _resting.Remove(key);
        resting.Timer!.Dispose();
        return resting;
    }

    private sealed class Resting(OpenServer open)
    {
        public OpenServer Open => open;
        public ITimer? Timer { get; set; }
    }
}

/// <param name="Host">Its name as DNS has it.</param>
/// <param name="Messages">That have gone over this connection.</param>
internal sealed record OpenServer(RemoteServer Server, string Host, WireSecurity Wire, int Messages);
