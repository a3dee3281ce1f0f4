using System.Net;
using System.Net.Sockets;

namespace Casella.Smtp.Inbound;

/// <summary>
/// Makes whoever guesses addresses or speaks no SMTP wait for his answers, longer with each mistake and over all his
/// connections: it costs a harvester his time and us a timer. Asked by the session's loop on port 25.
/// </summary>
public sealed class Tarpit(SmtpOptions options, InboundRules rules, TimeProvider time)
{
    /// <summary>Networks that are remembered; beyond, those whose last mistake is the oldest go.</summary>
    private const int MaxNetworks = 10_000;

    private static readonly TimeSpan Forgiven = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IPAddress, Record> _records = [];
    private readonly Lock _lock = new();

    /// <summary>So many mistakes lately that nothing he says is listened to.</summary>
    public bool IsClosedTo(IPAddress client)
    {
        lock (_lock)
            return Find(client) is { } record && record.Mistakes >= options.ErrorsPerAddress;
    }

    /// <summary>One more mistake; how long the answer to it waits.</summary>
    public TimeSpan Note(IPAddress client)
    {
        if (rules.IsTrusted(InboundRules.Plain(client)))
            return TimeSpan.Zero;
        int mistakes;
        lock (_lock)
        {
            mistakes = (Find(client)?.Mistakes ?? 0) + 1;
            if (_records.Count >= MaxNetworks)
                Forget();
            _records[Network(client)] = new Record(mistakes, time.GetUtcNow());
        }

        var beyond = mistakes - options.TarpitAfter;
        // Doubled each time; beyond sixteen doublings any limit is reached.
        return beyond <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(options.TarpitTime.Ticks, FirstDelay.Ticks << Math.Min(beyond - 1, 16)));
    }

    private Record? Find(IPAddress client) =>
        _records.TryGetValue(Network(client), out var record) && time.GetUtcNow() - record.At < Forgiven ? record : null;

    private void Forget()
    {
        foreach (var old in _records.OrderBy(pair => pair.Value.At).Take(MaxNetworks / 10).Select(pair => pair.Key).ToList())
            _records.Remove(old);
    }

    /// <summary>An IPv6 network of /64 is one customer.</summary>
    private static IPAddress Network(IPAddress client)
    {
        var plain = InboundRules.Plain(client);
        return plain.AddressFamily is AddressFamily.InterNetworkV6 ? Masked(plain) : plain;
    }

    private static IPAddress Masked(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed record Record(int Mistakes, DateTimeOffset At);
}
