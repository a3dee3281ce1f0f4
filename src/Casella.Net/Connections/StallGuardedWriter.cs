using System.IO.Pipelines;

namespace Casella.Net.Connections;

/// <summary>
/// A connection's output that tells the connection while a flush waits for the peer, so that the deadline wheel can end
/// a peer that takes nothing.
/// </summary>
internal sealed class StallGuardedWriter(PipeWriter inner, MailConnection connection) : PipeWriter
{
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;
    public override long UnflushedBytes => inner.UnflushedBytes;
    public override void Advance(int bytes) => inner.Advance(bytes);
    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);
    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);
    public override void CancelPendingFlush() => inner.CancelPendingFlush();
    public override void Complete(Exception? exception = null) => inner.Complete(exception);
    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = inner.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? new ValueTask<FlushResult>(Open(flush.GetAwaiter().GetResult())) : GuardAsync(flush);
    }

    /// <summary>A writer whose reader is gone would swallow everything silently; sessions are to end instead.</summary>
    private static FlushResult Open(FlushResult result) =>
        result.IsCompleted ? throw new IOException("The peer has closed the connection.") : result;

    private async ValueTask<FlushResult> GuardAsync(ValueTask<FlushResult> flush)
    {
        connection.BeginWriteDeadline();
        try
        {
            return Open(await flush);
        }
        finally
        {
            connection.EndWriteDeadline();
        }
    }
}
