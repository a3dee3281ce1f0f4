using System.Globalization;
using System.Threading.Channels;
using Casella.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Office;

/// <summary>
/// Makes the calls of webhooks: hears what happens, keeps a call for each hook that wants it, and makes them in order,
/// again and again for three days. Where nobody has a hook it does nothing at all.
/// </summary>
internal sealed class HookRunner : BackgroundService
{
    /// <summary>Who is away for longer than this has other worries, and asks for lists afterwards.</summary>
    private const int CallsOfHook = 10_000;

    /// <summary>Events between two writes; more come only while the disk stands still.</summary>
    private const int Unwritten = 10_000;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(10);

    private static readonly IReadOnlyList<TimeSpan> Delays =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
        TimeSpan.FromHours(24), TimeSpan.FromHours(24),
    ];

    private readonly IHookStore _store;
    private readonly IHookTransport _transport;
    private readonly TimeProvider _time;
    private readonly ILogger<HookRunner> _log;
    private readonly Channel<OfficeEvent?> _heard = Channel.CreateBounded<OfficeEvent?>(
        new BoundedChannelOptions(Unwritten) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private volatile IReadOnlyList<Hook>? _hooks;

    public HookRunner(IHookStore store, IHookTransport transport, OfficeFeed feed, TimeProvider time, ILogger<HookRunner> log)
    {
        (_store, _transport, _time, _log) = (store, transport, time, log);
        feed.Listen(Hear);
    }

    /// <summary>Makes what is due now; returns when something is due next. For the loop and its tests.</summary>
    internal async Task<DateTimeOffset?> RunDueAsync(CancellationToken cancellationToken)
    {
        await KeepAsync(cancellationToken);
        while (await _store.DueAsync(_time.GetUtcNow(), cancellationToken) is { Count: > 0 } due)
            await Task.WhenAll(due.Select(call => CallAsync(call, cancellationToken)));
        return await _store.NextAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not a part of the start.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var sleep = await RunSafelyAsync(stoppingToken);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(_heard.Reader.WaitToReadAsync(waiting.Token).AsTask(), Task.Delay(sleep, _time, waiting.Token));
            await waiting.CancelAsync();
        }
    }

    /// <summary>Null stands for "the hooks have changed".</summary>
    private void Hear(OfficeEvent? happened)
    {
        if (happened is null)
            _hooks = null;
        // Until the hooks are read for the first time, everything may be wanted.
        if (_hooks is not { Count: 0 })
            _heard.Writer.TryWrite(happened);
    }

    private async Task<TimeSpan> RunSafelyAsync(CancellationToken stoppingToken)
    {
        try
        {
            var next = await RunDueAsync(stoppingToken) - _time.GetUtcNow();
            return next is not { } wait || wait > LongestSleep ? LongestSleep : wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return LongestSleep;
        }
        catch (Exception failure)
        {
            // A disk that is full, most likely; the mail goes on, and so does this after a while.
            Log.HooksFailed(_log, failure);
            return TimeSpan.FromMinutes(1);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var hooks = _hooks ??= await _store.ListAsync(cancellationToken);
        var calls = new List<NewHookCall>();
        while (_heard.Reader.TryRead(out var happened))
            if (happened is not null)
                calls.AddRange(from hook in hooks where hook.Wants(happened.Name) select new NewHookCall(hook.Id, happened.Name, OfficeHooks.Body(happened), happened.At));
        if (calls.Count > 0)
            await _store.EnqueueAsync(calls, CallsOfHook, cancellationToken);
    }

    private async Task CallAsync(HookCall call, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var signed = new SignedCall(
            call.Url, call.Id.ToString(CultureInfo.InvariantCulture), call.Event, call.Body, HookSignature.Of(call.Secret, now, call.Body));
        var error = await _transport.SendAsync(signed, cancellationToken);
        if (error is null || call.Attempts >= Delays.Count)
        {
            if (error is not null)
                Log.HookGivenUp(_log, call.Hook.Value, call.Event, error);
            await _store.FinishAsync(call, now, error, CancellationToken.None);
        }
        else
        {
            await _store.PostponeAsync(call, now + Delays[call.Attempts], error, CancellationToken.None);
        }
    }
}
