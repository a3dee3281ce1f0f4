namespace Casella.Core.Notices;

/// <summary>
/// Accounts that have something for who works in the background since that one last looked: notices for
/// <see cref="NoticeRunner"/>, lessons for the spam filter. Raised on an account's writer after the commit, so it never
/// waits.
/// </summary>
internal sealed class NoticeSignal
{
    private readonly Lock _lock = new();
    private readonly HashSet<AccountId> _accounts = [];
    private TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Raise(AccountId account)
    {
        lock (_lock)
        {
            _accounts.Add(account);
            _raised.TrySetResult();
        }
    }

    /// <summary>Returns when an account was named, or when the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task raised;
        lock (_lock)
            raised = _raised.Task;
        await raised.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public IReadOnlyList<AccountId> Take()
    {
        lock (_lock)
        {
            AccountId[] taken = [.. _accounts];
            _accounts.Clear();
            if (_raised.Task.IsCompleted)
                _raised = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return taken;
        }
    }
}
