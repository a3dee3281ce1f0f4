namespace Casella.Core.Migration;

/// <summary>
/// One run that a member has started: how far it is and how it ended, for whichever page looks at it. The password is
/// not in it.
/// </summary>
public sealed class Moving
{
    private readonly Lock _lock = new();
    private readonly List<MigrationStep> _folders = [];
    private readonly CancellationTokenSource _stop;
    private readonly List<Action> _followers = [];

    internal Moving(OldPlace place, DateTimeOffset now, CancellationToken stopping) =>
        (Place, StartedAt, _stop) = (place, now, CancellationTokenSource.CreateLinkedTokenSource(stopping));

    public OldPlace Place { get; }
    public DateTimeOffset StartedAt { get; }
    public MovingState State { get; private set; } = MovingState.Waiting;

    /// <summary>When it is done.</summary>
    public MigrationOutcome? Outcome { get; private set; }

    /// <summary>Of a pause, or why it has failed.</summary>
    public OldServerException? Trouble { get; private set; }

    /// <summary>Why it has failed here.</summary>
    public MailException? Failure { get; private set; }

    public bool IsOver => State is not (MovingState.Waiting or MovingState.Running);

    internal CancellationToken Stopping => _stop.Token;

    /// <summary>The last word about each folder, in the order of the run.</summary>
    public IReadOnlyList<MigrationStep> Folders()
    {
        lock (_lock)
            return [.. _folders];
    }

    /// <summary>Tells, on any thread, that something is to be shown anew, until what is returned is disposed.</summary>
    public IDisposable Follow(Action changed)
    {
        lock (_lock)
            _followers.Add(changed);
        return new Following(this, changed);
    }

    /// <summary>What was brought stays, and the next run goes on there.</summary>
    public void Stop() => _stop.Cancel();

    internal void Begin() => Tell(() => State = MovingState.Running);

    internal void Tell(MigrationStep step) => Tell(() =>
    {
        Trouble = step.Trouble;
        if (step.Trouble is not null)
            return;
        var known = _folders.FindIndex(folder => string.Equals(folder.Folder, step.Folder, StringComparison.Ordinal));
        if (known < 0)
            _folders.Add(step);
        else
            _folders[known] = step;
    });

    internal void End(MigrationOutcome outcome) => Tell(() => (State, Outcome, Trouble) = (MovingState.Done, outcome, null));

    internal void End(MovingState state, OldServerException? trouble = null, MailException? failure = null) =>
        Tell(() => (State, Trouble, Failure) = (state, trouble, failure));

    private void Tell(Action change)
    {
        Action[] followers;
        lock (_lock)
        {
            change();
            followers = [.. _followers];
        }

        foreach (var follower in followers)
            follower();
    }

    private sealed class Following(Moving moving, Action changed) : IDisposable
    {
        public void Dispose()
        {
            lock (moving._lock)
                moving._followers.Remove(changed);
        }
    }
}

public enum MovingState
{
    /// <summary>For others to end: the server does some at the same time.</summary>
    Waiting,
    Running,
    Done,
    Stopped,
    Failed,
}
