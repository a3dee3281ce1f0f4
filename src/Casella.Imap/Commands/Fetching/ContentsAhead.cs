using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Imap.Commands.Fetching;

/// <summary>
/// Opens the messages of a FETCH a few ahead of the one that is being sent, in their order, so that the disk and the
/// network work at the same time.
/// </summary>
internal sealed class ContentsAhead(MailAccount account, IReadOnlyList<Placement> placements, int ahead, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly Queue<(EmailId Message, Task<MessageContent> Content)> _open = new();
    private int _next;

    /// <summary>
    /// The message's bytes, or null when it is gone for good. Messages before it that nobody took are closed.
    /// </summary>
    /// <exception cref="MailException">Damaged, Unavailable.</exception>
    public async ValueTask<MessageContent?> TakeAsync(EmailId message)
    {
        while (true)
        {
            while (_open.Count < ahead && _next < placements.Count)
            {
                var email = placements[_next++].Email;
                _open.Enqueue((email, account.OpenAsync(email, cancellationToken)));
            }

            if (!_open.TryDequeue(out var opened))
                return null;
            if (opened.Message == message)
                return await ResultAsync(opened.Content);
            await CloseAsync(opened.Content);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_open.TryDequeue(out var opened))
            await CloseAsync(opened.Content);
    }

    private static async ValueTask<MessageContent?> ResultAsync(Task<MessageContent> opening)
    {
        try
        {
            return await opening;
        }
        catch (MailException gone) when (gone.Error == MailError.NoSuchMessage)
        {
            return null;
        }
    }

    /// <summary>Nobody waits for this one any more, so nobody is told why it could not be opened.</summary>
    private static async ValueTask CloseAsync(Task<MessageContent> opening)
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
            await (await opening).DisposeAsync();
    }
}
