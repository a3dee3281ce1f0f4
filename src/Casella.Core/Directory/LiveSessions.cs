using System.Collections.Concurrent;
using System.Net;
using Casella.Core.Changes;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Directory;

/// <summary>
/// Who is signed in at this moment, over all protocols: entered by each session after its sign-in, left when it ends.
/// Administration ends here the sessions of whom it has taken the access from. One object for the process.
/// </summary>
public sealed class LiveSessions
{
    /// <summary>Endings remembered for sign-ins that are under way; one takes seconds at most.</summary>
    private const int KeptEndings = 1_000;

    private readonly ConcurrentDictionary<LiveSession, bool> _open = new();
    private readonly Queue<(long Revision, SessionEnding Ending)> _endings = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger<LiveSessions> _log;
    private long _revision;

    internal LiveSessions(TimeProvider time, ILogger<LiveSessions> log) => (_time, _log) = (time, log);

    /// <summary>The sessions of this moment, the oldest first.</summary>
    public IReadOnlyList<LiveSession> List() => [.. _open.Keys.OrderBy(session => session.Since)];

    /// <summary>How many endings there have been. Noted before a password is checked.</summary>
    internal long Revision => Interlocked.Read(ref _revision);

    /// <summary>
    /// Enters a session. When its access was taken while it was signing in, it is ended here and now: it is in the list
    /// first and looks second, so an ending finds it or it finds the ending.
    /// </summary>
    /// <param name="end">Asks the session to end; never blocks or throws.</param>
    /// <returns>To be disposed when the session ends.</returns>
    internal LiveSession Enter(SignedIn who, IPAddress remote, Action<SessionEnd> end, Func<SessionTraffic>? traffic = null)
    {
        var session = new LiveSession(this, (who, remote, _time.GetUtcNow()), end, traffic);
        _open[session] = true;
        if (MissedBy(who) is { } why)
            _ = End(session, why);
        return session;
    }

    /// <summary>How many sessions a device has open.</summary>
    internal int Count(DeviceId device) => _open.Keys.Count(session => session.Who.Actor.Device == device);

    /// <summary>Ends every session concerned. Called when the change that takes the access is durable.</summary>
    /// <returns>How many there were.</returns>
    internal int End(SessionEnding ending)
    {
        lock (_lock)
        {
            _endings.Enqueue((Interlocked.Increment(ref _revision), ending));
            if (_endings.Count > KeptEndings)
                _endings.Dequeue();
        }

        return _open.Keys.Where(session => ending.Concerns(session.Who)).Count(session => End(session, ending.Why));
    }

    internal void Leave(LiveSession session) => _open.TryRemove(session, out _);

    private bool End(LiveSession session, SessionEnd why)
    {
        if (!session.End(why))
            return false;
        var actor = session.Who.Actor;
        Log.SessionEnded(_log, session.Who.Address, actor.Name, actor.Protocol, session.Remote, why);
        return true;
    }

    private SessionEnd? MissedBy(SignedIn who)
    {
        lock (_lock)
            foreach (var (revision, ending) in _endings)
                if (revision > who.Revision && ending.Concerns(who))
                    return ending.Why;
        return null;
    }
}

/// <summary>One signed-in session.</summary>
public sealed class LiveSession : IDisposable
{
    private readonly LiveSessions _sessions;
    private readonly Action<SessionEnd> _end;
    private readonly Func<SessionTraffic>? _traffic;
    private int _ended;

    internal LiveSession(
        LiveSessions sessions, (SignedIn Who, IPAddress Remote, DateTimeOffset Since) facts, Action<SessionEnd> end, Func<SessionTraffic>? traffic)
    {
        (_sessions, _end, _traffic) = (sessions, end, traffic);
        (Who, Remote, Since) = facts;
        Client = Who.Actor.Client;
    }

    public SignedIn Who { get; }
    public IPAddress Remote { get; }
    public DateTimeOffset Since { get; }

    /// <summary>What the program calls itself, once it has said so.</summary>
    public string? Client { get; set; }

    /// <summary>As of now; null where nobody counts.</summary>
    public SessionTraffic? Traffic => _traffic?.Invoke();

    public void Dispose() => _sessions.Leave(this);

    /// <summary>Ends it, once: the first reason is the one that is told.</summary>
    internal bool End(SessionEnd why)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return false;
        _end(why);
        return true;
    }
}

/// <summary>Octets on the wire.</summary>
public readonly record struct SessionTraffic(long Received, long Sent);

/// <summary>Why a session is ended from outside; each protocol words it in its Errors.cs.</summary>
public enum SessionEnd
{
    /// <summary>The device's password is no longer valid.</summary>
    DeviceRevoked,
    /// <summary>The common password has another value, or none any more.</summary>
    PasswordChanged,
    /// <summary>The person is no longer a member of the mailbox.</summary>
    MemberRemoved,
    /// <summary>The person's rights have changed: signing in again brings the new ones.</summary>
    RightsChanged,
    /// <summary>The person has left.</summary>
    PersonLeft,
    /// <summary>The mailbox is being removed.</summary>
    AccountRemoved,
    /// <summary>The mailbox has been repaired: signing in again shows it as it is now.</summary>
    AccountRepaired,
}

/// <summary>Which sessions end: those that have all that is named.</summary>
internal sealed record SessionEnding(SessionEnd Why)
{
    public AccountId? Account { get; init; }
    public PersonId? Person { get; init; }
    public DeviceId? Device { get; init; }
    public AccessProtocol? Protocol { get; init; }

    public bool Concerns(SignedIn who) =>
        (Account is null || Account == who.Account)
        && (Person is null || Person == who.Actor.Person)
        && (Device is null || Device == who.Actor.Device)
        && (Protocol is null || Protocol == who.Actor.Protocol);
}
