namespace Casella.Bench.Workloads;

/// <summary>For workloads whose operation is a whole session, from connecting to the end.</summary>
internal sealed class NoConnection : IAsyncDisposable
{
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
