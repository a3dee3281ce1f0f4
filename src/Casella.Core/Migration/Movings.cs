using System.Collections.Concurrent;
using System.Net;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Migration;

/// <summary>
/// Members bring their mail over themselves, by the same engine as casella migrate: one run for a mailbox, some for the
/// server, each with the rights of who has started it and no longer than those last. A run goes on when its page is
/// closed; a restart ends it, and the next goes on where it was.
/// </summary>
public sealed class Movings : IDisposable
{
    /// <summary>The old servers' lines and our own disk have other work too.</summary>
    private const int AtATime = 3;

    private readonly ConcurrentDictionary<AccountId, Moving> _last = new();
    private readonly SemaphoreSlim _places = new(AtATime);
    private readonly CancellationTokenSource _closing = new();
    private readonly MailMigrations _migrations;
    private readonly MailAccounts _accounts;
    private readonly IOldServers _servers;
    private readonly LiveSessions _sessions;
    private readonly ILogger<Movings> _log;
    private readonly TimeProvider _time;

    internal Movings(MailMigrations migrations, IOldServers servers, MovingParts parts) =>
        (_migrations, _servers, _accounts, _sessions, _time, _log) = (migrations, servers, parts.Accounts, parts.Sessions, parts.Time, parts.Log);

    /// <summary>The run of a mailbox, also one that is over; null for none since the server started.</summary>
    public Moving? Last(AccountId account) => _last.GetValueOrDefault(account);

    /// <summary>Starts a run; the one that is under way when there is one.</summary>
    /// <param name="password">Of the old server; forgotten when the run ends.</param>
    /// <exception cref="MailException">NoPermission: who fills a mailbox must be one who manages it.</exception>
    public Moving Start(SignedIn who, OldPlace place, string password)
    {
        if (!who.Rights.HasFlag(MemberRights.Manage | MemberRights.Work))
            throw new MailException(MailError.NoPermission, who.Address.ToString());
        var mine = new Moving(place, _time.GetUtcNow(), _closing.Token);
        var current = _last.AddOrUpdate(who.Account, mine, (_, last) => last.IsOver ? mine : last);
        if (ReferenceEquals(current, mine))
            _ = RunAsync(who, mine, password);
        return current;
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
        _places.Dispose();
    }

    private async Task RunAsync(SignedIn who, Moving moving, string password)
    {
        // Whoever loses the mailbox fills it no longer.
        using var session = _sessions.Enter(who, IPAddress.Loopback, _ => moving.Stop());
        try
        {
            await _places.WaitAsync(moving.Stopping);
            try
            {
                moving.Begin();
                Log.MovingStarted(_log, who.Address, moving.Place.Server, moving.Place.User);
                var mail = await _accounts.OpenAsync(who, moving.Stopping);
                var order = new MigrationOrder(stop => _servers.OpenAsync(moving.Place, password, stop), FollowRemovals: false, moving.Tell);
                moving.End(await _migrations.RunAsync(mail, order, moving.Stopping));
            }
            finally
            {
                _places.Release();
            }

            Log.MovingEnded(_log, who.Address, moving.State, moving.Outcome?.Copied ?? 0);
        }
        catch (OperationCanceledException)
        {
            moving.End(MovingState.Stopped);
        }
        catch (OldServerException trouble)
        {
            Log.MovingFailed(_log, who.Address, trouble.Message);
            moving.End(MovingState.Failed, trouble);
        }
        catch (MailException failure)
        {
            Log.MovingFailed(_log, who.Address, failure.Message);
            moving.End(MovingState.Failed, failure: failure);
        }
#pragma warning disable CA1031 // a bug must be told to the page that waits, and nobody else waits for this task
        catch (Exception bug)
#pragma warning restore CA1031
        {
            Log.MovingBroke(_log, who.Address, bug);
            moving.End(MovingState.Failed);
        }
    }
}

internal sealed record MovingParts(MailAccounts Accounts, LiveSessions Sessions, TimeProvider Time, ILogger<Movings> Log);
