using System.IO.Pipelines;
using Casella.Net.Connections;

namespace Casella.Net.Framing;

/// <summary>
/// The one place where framers wait for the peer: turns a passed deadline and a closed connection into what they mean.
/// </summary>
public static class ConnectionInput
{
    /// <summary>At least one unexamined byte, or the end. The caller advances.</summary>
    /// <exception cref="DeadlinePassedException"/>
    public static async ValueTask<ReadResult> ReadAsync(MailConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await connection.Input.ReadAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (connection.HasPassedDeadline)
            {
                throw new DeadlinePassedException();
            }

            if (!result.IsCanceled)
            {
                connection.Hear(result.Buffer);
                return result;
            }

            connection.Input.AdvanceTo(result.Buffer.Start);
            if (connection.HasPassedDeadline)
                throw new DeadlinePassedException();
            connection.Aborted.ThrowIfCancellationRequested();
        }
    }
}
