using Casella.Core.Storage;

namespace Casella.Storage.Sqlite;

/// <summary>One unit of work that waits for the account's writer.</summary>
internal abstract class MailUnit
{
    /// <summary>Runs the work and keeps its result or its failure; false when it failed and must be undone.</summary>
    public abstract bool Run(IMailTransaction transaction);

    /// <summary>After the commit: tells the memory, then the caller.</summary>
    public abstract void Committed();

    /// <summary>The commit did not happen, or the unit failed by itself.</summary>
    public abstract void Failed(Exception? failure);
}

/// <inheritdoc/>
internal sealed class MailUnit<T>(Func<IMailTransaction, T> work, Action<T>? committed) : MailUnit
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _failure;

    public Task<T> Task => _done.Task;

    public override bool Run(IMailTransaction transaction)
    {
        try
        {
            _result = work(transaction);
            return true;
        }
        catch (Exception failure)
        {
            _failure = failure;
            return false;
        }
    }

    public override void Committed()
    {
        try
        {
            committed?.Invoke(_result!);
            _done.TrySetResult(_result!);
        }
        catch (Exception bug)
        {
            // The data is durable, but memory could not follow: the caller must hear of it, and the writer goes on.
            _done.TrySetException(bug);
        }
    }

    public override void Failed(Exception? failure) =>
        _done.TrySetException(_failure ?? failure ?? new InvalidOperationException("The unit was neither done nor failed."));
}
