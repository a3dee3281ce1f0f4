using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Imap.Commands.Fetching;

/// <summary>
/// Opens the messages of a FETCH ahead of the one that is being sent, in their order, so that the store and the network
/// work at the same time. Small ones are opened many at once: a visit to the store for each would cost more than the
/// reading.
/// </summary>
internal sealed class ContentsAhead(MailAccount account, IReadOnlyList<Placement> placements, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private const int MostAtOnce = 32;

    /// <summary>A session holds two batches at most: the one that is being sent and the one that is coming.</summary>
    private const long MostBytesAtOnce = 256 * 1024;

    private readonly Queue<(EmailId Message, Task<MessageContent> Content)> _open = new();
    private (EmailId[] Messages, Task<IReadOnlyList<Task<MessageContent>>> Contents)? _coming;
    private int _next;

    /// <summary>
    /// The message's bytes, or null when it is gone for good. Messages before it that nobody took are closed.
    /// </summary>
    /// <exception cref="MailException">Damaged, Unavailable.</exception>
    public async ValueTask<MessageContent?> TakeAsync(EmailId message)
    {
        while (_open.Count > 0 || await AdvanceAsync())
        {
            var opened = _open.Dequeue();
            if (opened.Message == message)
                return await ResultAsync(opened.Content);
            await CloseAsync(opened.Content);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_coming is { } coming)
        {
            await ((Task)coming.Contents).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (coming.Contents.IsCompletedSuccessfully)
                Enqueue(coming.Messages, await coming.Contents);
        }

        while (_open.TryDequeue(out var opened))
            await CloseAsync(opened.Content);
    }

    /// <summary>Goes on to the batch that is coming and asks for the one after it.</summary>
    /// <returns>False at the end.</returns>
    private async ValueTask<bool> AdvanceAsync()
    {
        if ((_coming ?? StartBatch()) is not { } batch)
            return false;
        _coming = null;
        Enqueue(batch.Messages, await batch.Contents);
        _coming = StartBatch();
        return true;
    }

    private (EmailId[] Messages, Task<IReadOnlyList<Task<MessageContent>>> Contents)? StartBatch()
    {
        var first = _next;
        for (long bytes = 0; _next < placements.Count && _next - first < MostAtOnce; _next++)
        {
            bytes += placements[_next].Size;
            if (bytes > MostBytesAtOnce && _next > first)
                break;
        }

        if (_next == first)
            return null;
        var messages = new EmailId[_next - first];
        for (var i = 0; i < messages.Length; i++)
            messages[i] = placements[first + i].Email;
        return (messages, account.OpenAsync(messages, cancellationToken));
    }

    private void Enqueue(EmailId[] messages, IReadOnlyList<Task<MessageContent>> contents)
    {
        for (var i = 0; i < messages.Length; i++)
            _open.Enqueue((messages[i], contents[i]));
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
