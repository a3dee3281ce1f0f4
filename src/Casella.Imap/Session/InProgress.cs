using Casella.Imap.Syntax;

namespace Casella.Imap.Session;

/// <summary>
/// Tells a client that waits that its command still runs (RFC 9585 INPROGRESS), so that it does not take the connection
/// for dead. Around calls to the core that may take long and write nothing themselves.
/// </summary>
internal static class InProgress
{
    /// <summary>RFC 9585 §3 advises 10 to 15 seconds.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    public static Task<T> TellingAsync<T>(this ImapSession session, Task<T> work, CancellationToken cancellationToken) =>
        TellAsync(session.Writer, session.Tag, session.Services.Time, work, cancellationToken);

    /// <summary>Awaits the work and writes meanwhile; nobody else may write.</summary>
    public static async Task<T> TellAsync<T>(
        ImapWriter writer, string tag, TimeProvider time, Task<T> work, CancellationToken cancellationToken)
    {
        while (!work.IsCompleted)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var period = Task.Delay(Period, time, enough.Token);
            if (await Task.WhenAny(work, period) == work)
            {
                // The timer is of no use any more.
                await enough.CancelAsync();
                break;
            }
            // How much is done and how much there is cannot be said: NIL NIL.
            writer.Raw("* OK [INPROGRESS (\""u8).Text(tag).Raw("\" NIL NIL)] Still working\r\n"u8);
            await writer.FlushAsync(cancellationToken);
        }
        return await work;
    }
}
