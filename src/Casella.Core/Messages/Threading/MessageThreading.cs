using System.Runtime.CompilerServices;
using Casella.Core.Messages.Searching;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Threading;

/// <summary>
/// Makes conversations of the messages of one mailbox (RFC 5256), for IMAP's THREAD and for the webmail. Reads what the
/// algorithm needs; one object for one question, within a budget of time.
/// </summary>
internal sealed class MessageThreading(AccountState state, TimeBudget budget)
{
    /// <param name="placements">In the mailbox's order.</param>
    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task<IReadOnlyList<ThreadNode>> RunAsync(
        IReadOnlyList<Placement> placements, ThreadAlgorithm algorithm, CancellationToken cancellationToken) =>
        algorithm switch
        {
            ThreadAlgorithm.OrderedSubject => await BySubjectAsync(placements, cancellationToken),
            ThreadAlgorithm.References => (await ByReferencesAsync(placements, cancellationToken)).Threads(),
            ThreadAlgorithm.Refs => (await ByReferencesAsync(placements, cancellationToken)).ThreadsByNewest(),
        };

    private async Task<IReadOnlyList<ThreadNode>> BySubjectAsync(
        IReadOnlyList<Placement> placements, CancellationToken cancellationToken)
    {
        var messages = new List<ThreadMessage>(placements.Count);
        await foreach (var data in ReadAsync(placements, MessageNeeds.Envelope | MessageNeeds.Facts, cancellationToken))
            messages.Add(Message(data, messages.Count));
        return OrderedSubject.Thread(messages);
    }

    /// <summary>
    /// What a message refers to is linked at once and not kept: only the tree of all ids stays in memory.
    /// </summary>
    private async Task<ReferenceThreading> ByReferencesAsync(
        IReadOnlyList<Placement> placements, CancellationToken cancellationToken)
    {
        const MessageNeeds Needs = MessageNeeds.Envelope | MessageNeeds.Facts | MessageNeeds.Header;
        var threading = new ReferenceThreading(budget);
        var position = 0;
        await foreach (var data in ReadAsync(placements, Needs, cancellationToken))
            threading.Add(Message(data, position++), ThreadReferences.Read(data.Header));
        return threading;
    }

    /// <summary>Every message, in order; one that is gone for good comes without data and stands alone.</summary>
    private async IAsyncEnumerable<MessageData> ReadAsync(
        IReadOnlyList<Placement> placements, MessageNeeds needs,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = 0;
        await foreach (var data in MessageReading.ReadAsync(state, placements, needs, cancellationToken))
        {
            budget.Check();
            for (; placements[next].Uid != data.Placement.Uid; next++)
                yield return new MessageData(placements[next]);
            next++;
            yield return data;
        }

        for (; next < placements.Count; next++)
            yield return new MessageData(placements[next]);
    }

    private static ThreadMessage Message(MessageData data, int position)
    {
        var raw = data.Envelope.IsEmpty ? null : CompactForm.TryReadEnvelope(data.Envelope)?.Subject;
        var subject = raw is { } text ? DecodedText.Header(text.Span) : "";
        var baseSubject = UnicodeCasemap.Map(BaseSubject.Of(subject, out var isReply));
        var sentAt = data.Facts?.SentAt?.ToUnixTimeSeconds() ?? data.Placement.ReceivedAt;
        return new ThreadMessage(data.Placement.Uid, position, sentAt, baseSubject, isReply) { ReceivedAt = data.Placement.ReceivedAt };
    }
}
