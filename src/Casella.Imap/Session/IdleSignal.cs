namespace Casella.Imap.Session;

/// <summary>Why an IDLE session wakes.</summary>
[Flags]
internal enum IdleWakes
{
    None = 0,
    Change = 1,
    KeepAlive = 2,
}

/// <summary>
/// Wakes an IDLE session: raised by the account's writer and by a timer, awaited by the session. Raising never blocks
/// and never runs the session on the raiser's thread. Ten thousand sessions wait with one of these each, so it is
/// small.
/// </summary>
internal sealed class IdleSignal
{
    private TaskCompletionSource _raised = NewSource();
    private int _wakes;

    /// <summary>Completes when something has been raised since the last <see cref="Take"/>.</summary>
    public Task WaitAsync() => Volatile.Read(ref _raised).Task;

    public void Raise(IdleWakes wake)
    {
        Interlocked.Or(ref _wakes, (int)wake);
        Volatile.Read(ref _raised).TrySetResult();
    }

    /// <summary>
    /// What was raised. The source is exchanged before the wakes are taken: what is raised in between is taken now and
    /// wakes once more for nothing, but is never lost.
    /// </summary>
    public IdleWakes Take()
    {
        Volatile.Write(ref _raised, NewSource());
        return (IdleWakes)Interlocked.Exchange(ref _wakes, 0);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
