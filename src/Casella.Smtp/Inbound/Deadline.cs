namespace Casella.Smtp.Inbound;

/// <summary>Gives each check its end: DNS of a stranger may be as slow as the stranger likes.</summary>
internal static class Deadline
{
    /// <summary>What the check says in time, else what is said when it is late.</summary>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> check, TimeSpan atMost, T whenLate, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost);
        try
        {
            return await check(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return whenLate;
        }
    }
}
