using Casella.Core.Office;

namespace Casella.Core.Storage;

/// <summary>
/// Webhooks and the calls that wait for them. In the directory's database; every method is one transaction, writes
/// return after fsync.
/// </summary>
internal interface IHookStore
{
    /// <summary>The oldest first.</summary>
    Task<IReadOnlyList<Hook>> ListAsync(CancellationToken cancellationToken);

    Task AddAsync(NewHook hook, CancellationToken cancellationToken);

    /// <summary>With the calls that wait.</summary>
    /// <returns>False when there is none.</returns>
    Task<bool> RemoveAsync(HookId hook, CancellationToken cancellationToken);

    /// <summary>Keeps calls to be made; of a hook that is gone, none. Beyond the bound of a hook the oldest go.</summary>
    Task EnqueueAsync(IReadOnlyList<NewHookCall> calls, int atMostOfHook, CancellationToken cancellationToken);

    /// <summary>What is due, oldest first, one of each hook: its calls come in order.</summary>
    Task<IReadOnlyList<HookCall>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>When the next is due; null when none waits.</summary>
    Task<DateTimeOffset?> NextAsync(CancellationToken cancellationToken);

    /// <summary>It was taken, or is given up: then the error stays with the hook.</summary>
    Task FinishAsync(HookCall call, DateTimeOffset at, string? error, CancellationToken cancellationToken);

    /// <summary>Tried again later, and all behind it with it.</summary>
    Task PostponeAsync(HookCall call, DateTimeOffset next, string error, CancellationToken cancellationToken);
}

/// <param name="Events">With spaces between them.</param>
internal sealed record NewHook(string Url, string Secret, string Events, DateTimeOffset At);

internal sealed record NewHookCall(HookId Hook, string Event, string Body, DateTimeOffset At);

/// <param name="Attempts">Made already.</param>
internal sealed record HookCall(long Id, HookId Hook, string Url, string Secret, string Event, string Body, DateTimeOffset At, int Attempts);
