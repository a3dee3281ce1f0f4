namespace Casella.Core.Messages.Threading;

/// <summary>
/// The conversation of every message of an account, in memory while a page shows conversations. A message never changes
/// its conversation (RFC 8474 §5.2), so what is known stays true, and only new messages are read. Nobody who shows none
/// pays for it: it is held by its users alone.
/// </summary>
internal sealed class ThreadMemory
{
    private readonly WeakReference<ThreadMap> _map = new(null!);

    public async Task<ThreadMap> GetAsync(AccountState state, CancellationToken cancellationToken)
    {
        var known = _map.TryGetTarget(out var map) ? map : ThreadMap.Empty;
        var more = await state.Store.ReadAsync(state.Id, reader => reader.Threads(known.Last), cancellationToken);
        if (more.Count == 0 && map is not null)
            return map;
        var grown = known.With(more);
        _map.SetTarget(grown);
        return grown;
    }
}

/// <summary>Conversations by message, as of one moment.</summary>
public sealed class ThreadMap
{
    private readonly long[] _messages;
    private readonly long[] _threads;

    private ThreadMap(long[] messages, long[] threads) => (_messages, _threads) = (messages, threads);

    internal static ThreadMap Empty { get; } = new([], []);

    internal EmailId Last => new(_messages.Length == 0 ? 0 : _messages[^1]);

    /// <summary>Null for a message that has come since.</summary>
    public ThreadId? Of(EmailId message) =>
        Array.BinarySearch(_messages, message.Value) is >= 0 and var at ? new ThreadId(_threads[at]) : null;

    internal ThreadMap With(IReadOnlyList<(EmailId Message, ThreadId Thread)> more) => new(
        [.. _messages, .. more.Select(one => one.Message.Value)], [.. _threads, .. more.Select(one => one.Thread.Value)]);
}
