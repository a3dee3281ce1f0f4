using System.Threading.Channels;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Push;

/// <summary>
/// Tells browsers of new mail in the inbox, behind the deliveries: one notice for all that comes within a moment, none to
/// who is looking. Where nobody wants any it only counts. What waits is in memory: a notice that is late by a restart is
/// news no more.
/// </summary>
internal sealed class PushRunner : BackgroundService
{
    private const int WaitingAtMost = 1_000;
    private const int AtOnce = 4;
    private const int Attempts = 4;

    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMinutes(1);

    private readonly PushParts _parts;
    private readonly TimeProvider _time;
    private readonly ILogger<PushRunner> _log;
    private readonly DateTimeOffset _startedAt;
    private readonly Dictionary<AccountId, Uid> _told = [];
    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(WaitingAtMost) { FullMode = BoundedChannelFullMode.DropOldest });
    private volatile IReadOnlySet<AccountId>? _wanted;

    public PushRunner(PushParts parts, TimeProvider time, ILogger<PushRunner> log)
    {
        (_parts, _time, _log, _startedAt) = (parts, time, log, time.GetUtcNow());
        parts.Subscriptions.Changed = () => _wanted = null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not a part of the start.
        await Task.Yield();
        var senders = Enumerable.Range(0, AtOnce).Select(_ => SendAllAsync(stoppingToken)).ToList();
        while (!stoppingToken.IsCancellationRequested)
        {
            await _parts.Accounts.Arrivals.WaitAsync(Wait, _time, stoppingToken);
            await Task.Delay(Gathering, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
                await LookAsync(stoppingToken);
        }

        await Task.WhenAll(senders);
    }

    /// <summary>Finds what has come and puts the notices into the queue. For the loop and its tests.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var account in _parts.Accounts.Arrivals.Take())
            try
            {
                var wanted = _wanted ??= (await _parts.Store.AccountsAsync(cancellationToken)).ToHashSet();
                if (wanted.Contains(account))
                    await LookAsync(account, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One account's trouble is no other's; its next message tells again.
                Log.NotTold(_log, account.Value, failure);
            }
    }

    /// <summary>Sends what is in the queue, until nothing is. For tests.</summary>
    internal async Task SendWaitingAsync(CancellationToken cancellationToken)
    {
        while (_waiting.Reader.TryRead(out var waiting))
            await SendAsync(waiting, cancellationToken);
    }

    private async Task LookAsync(AccountId account, CancellationToken cancellationToken)
    {
        if (await _parts.Directory.FindAccountAsync(account, cancellationToken) is not { } entry)
            return;
        var door = await _parts.Accounts.OpenForDeliveryAsync(entry, cancellationToken);
        if ((await door.GetTreeAsync(cancellationToken)).Find(Mailboxes.MailboxName.Inbox) is not { } inbox)
            return;
        var snapshot = await door.GetSnapshotAsync(inbox.Id, cancellationToken);
        var last = _told.GetValueOrDefault(account);
        var fresh = new List<Placement>();
        for (var i = snapshot.Count - 1; i >= 0 && snapshot[i].Uid.Value > last.Value && snapshot[i].ReceivedAt >= _startedAt.ToUnixTimeSeconds(); i--)
            if (!snapshot[i].Flags.Has(MessageFlags.Seen))
                fresh.Add(snapshot[i]);
        if (snapshot.Count > 0)
            _told[account] = snapshot[^1].Uid;
        if (fresh.Count == 0)
            return;
        Envelope? newest = null;
        await foreach (var data in door.ReadAsync([fresh[0]], MessageNeeds.Envelope, cancellationToken))
            newest = CompactForm.TryReadEnvelope(data.Envelope);
        foreach (var subscription in await _parts.Store.OfAccountAsync(account, _time.GetUtcNow() - _parts.Options.BrowserTime, cancellationToken))
            if (!_parts.Onlookers.Sees(subscription, account))
                _waiting.Writer.TryWrite(new Waiting(
                    subscription, new PushNotice(account, entry.Address.ToString(), fresh.Count, subscription.Wish.WithContent ? newest : null), 1));
    }

    private async Task SendAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var waiting in _waiting.Reader.ReadAllAsync(stoppingToken))
                await SendAsync(waiting, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task SendAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        try
        {
            var signer = await _parts.Subscriptions.SignerAsync(cancellationToken);
            switch (await _parts.Transport.SendAsync(waiting.To, waiting.Notice, signer, cancellationToken))
            {
                case PushOutcome.Gone:
                    await _parts.Store.RemoveAsync(waiting.To.Session, cancellationToken);
                    _wanted = null;
                    break;
                case PushOutcome.Later when waiting.Attempt < Attempts:
                    _ = AgainAsync(waiting with { Attempt = waiting.Attempt + 1 }, cancellationToken);
                    break;
                case PushOutcome.Later or PushOutcome.Refused:
                    Log.NotTaken(_log, waiting.To.Session.Value, waiting.Attempt);
                    break;
                case PushOutcome.Sent:
                    break;
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.NotTold(_log, waiting.Notice.Account.Value, failure);
        }
    }

    private async Task AgainAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        await Task.Delay(BetweenAttempts * (waiting.Attempt - 1), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
            _waiting.Writer.TryWrite(waiting);
    }

    private sealed record Waiting(PushSubscription To, PushNotice Notice, int Attempt);
}

/// <summary>What <see cref="PushRunner"/> works with.</summary>
internal sealed record PushParts(
    IPushStore Store, IPushTransport Transport, PushSubscriptions Subscriptions, Onlookers Onlookers, MailAccounts Accounts)
{
    public required IDirectoryStore Directory { get; init; }

    public required SignInOptions Options { get; init; }
}
