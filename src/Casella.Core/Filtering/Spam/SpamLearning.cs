using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// Learns from the change log behind the commands, from where it had come to: a command never waits for it, and a process
/// that ends at any moment goes on from there. Each message counts once, as what was said of it last. First the domain
/// learns, which may hear the same twice; then the mailbox, in one transaction with the position. Called by
/// <see cref="SpamTrainer"/>.
/// </summary>
internal sealed class SpamLearning(IMailStore mail, ISpamStore house, SpamScanners scanners, SpamRules rules)
{
    private const int RecipientsAtMost = 100;

    /// <summary>The position is written without anything learnt once so much was read in vain.</summary>
    private const int ReadInVain = 200;

    /// <summary>Somebody who has not written for so long is new again.</summary>
    private static readonly TimeSpan KeepsSenders = TimeSpan.FromDays(3 * 365);
    private static readonly TimeSpan KeepsClasses = TimeSpan.FromDays(400);

    /// <summary>Called between the two writes; for tests that end the process there.</summary>
    internal Action BetweenWrites { get; set; } = static () => { };

    /// <summary>Learns from the next changes; false when nothing is left.</summary>
    /// <exception cref="MailException">Unavailable, Damaged, NoSuchAddress.</exception>
    public async Task<bool> LearnNextAsync(AccountId account, string domain, CancellationToken cancellationToken)
    {
        var after = await mail.WriteAsync(account, transaction => transaction.Spam.LearnedTo, null, cancellationToken);
        var page = await mail.ReadAsync(account, reader => SpamLessons.Read(reader, after), cancellationToken);
        if (page.Lessons.Count == 0)
        {
            if (page.Transactions >= ReadInVain)
                await MoveOnAsync(account, after, page.UpTo, [], cancellationToken);
            return !page.IsLast;
        }

        var learned = new List<LearnedMessage>();
        // Also what counts as before: what was said and taken back may be in the domain already, of a run that was killed.
        var judged = page.Lessons.Where(lesson => lesson.Said is not Saying.Wrote).ToList();
        foreach (var (message, before, now) in await ClassesAsync(account, judged, cancellationToken))
            if (await ReadAsync(account, message, cancellationToken) is var (clues, bytes) && clues is not null)
            {
                learned.Add(new LearnedMessage(message, before, now, MailWords.Of(clues), clues.From is { } from ? MailWords.Hash(from.ToString()) : null, []));
                await TellAsync((before, now), bytes, cancellationToken);
            }

        foreach (var one in learned)
            await house.LearnAsync(domain, new HouseLesson(account, one.Message, one.Now, one.Words), rules.Time.GetUtcNow(), Bounds(rules.Options.DomainWords), cancellationToken);
        BetweenWrites();
        foreach (var message in page.Lessons.Where(lesson => lesson.Said is Saying.Wrote).Select(lesson => lesson.Message).Distinct())
            learned.Add(new LearnedMessage(message, null, null, [], null, await RecipientsAsync(account, message, cancellationToken)));
        await MoveOnAsync(account, after, page.UpTo, learned, cancellationToken);
        return !page.IsLast;
    }

    /// <summary>
    /// The other engine hears it too, once; while it is away it does not, for nothing here waits for it. It has no way to
    /// forget, so what was taken back is the opposite.
    /// </summary>
    private async Task TellAsync((SpamClass? Before, SpamClass? Now) said, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (scanners.Engine is not { } engine || rules.Options.Engine is not SpamEngine.Rspamd || said.Before == said.Now)
            return;
        await engine.LearnAsync(message, (said.Now ?? (said.Before is SpamClass.Spam ? SpamClass.Ham : SpamClass.Spam)) is SpamClass.Spam, cancellationToken);
    }

    /// <summary>Once a day: what nobody needs any more.</summary>
    public Task ForgetAsync(AccountId account, CancellationToken cancellationToken) => mail.WriteAsync(
        account,
        transaction =>
        {
            transaction.Spam.ForgetBefore(rules.Time.GetUtcNow() - KeepsSenders, rules.Time.GetUtcNow() - KeepsClasses);
            return true;
        },
        null,
        cancellationToken);

    /// <summary>Each message with what it counts as before and after these lessons.</summary>
    private Task<List<(EmailId Message, SpamClass? Before, SpamClass? Now)>> ClassesAsync(
        AccountId account, IReadOnlyList<Lesson> lessons, CancellationToken cancellationToken) => mail.WriteAsync(
        account,
        transaction =>
        {
            var classes = new List<(EmailId, SpamClass?, SpamClass?)>();
            foreach (var said in lessons.GroupBy(lesson => lesson.Message))
            {
                var before = transaction.Spam.ClassOf(said.Key);
                classes.Add((said.Key, before, said.Aggregate(before, SpamLessons.After)));
            }

            return classes;
        },
        null,
        cancellationToken);

    private Task<bool> MoveOnAsync(AccountId account, ModSeq after, ModSeq upTo, IReadOnlyList<LearnedMessage> learned, CancellationToken cancellationToken) =>
        mail.WriteAsync(
            account,
            transaction =>
            {
                var rows = transaction.Spam;
                if (rows.LearnedTo != after)
                    return false;       // somebody else was here
                foreach (var one in learned)
                    Write(rows, one);
                rows.LearnedTo = upTo;
                return true;
            },
            null,
            cancellationToken);

    private void Write(ISpamRows rows, LearnedMessage learned)
    {
        var now = rules.Time.GetUtcNow();
        foreach (var recipient in learned.WrittenTo)
            rows.MeetSender(recipient, new SenderMeeting(IsWrittenTo: true), now);
        if (learned.Before == learned.Now)
            return;
        if (learned.Before is { } before)
            rows.Count(learned.Words, -SpamTotals.One(before), Bounds(rules.Options.MailboxWords));
        if (learned.Now is { } count)
            rows.Count(learned.Words, SpamTotals.One(count), Bounds(rules.Options.MailboxWords));
        rows.PutClass(learned.Message, learned.Now, now);
        var spam = (learned.Now is SpamClass.Spam ? 1 : 0) - (learned.Before is SpamClass.Spam ? 1 : 0);
        if (spam != 0 && learned.Sender is { } sender)
            rows.MeetSender(sender, new SenderMeeting(Spam: spam), now);
    }

    /// <summary>Nothing of a message that is gone or cannot be read: then nothing is learnt from it.</summary>
    private async Task<(MessageClues? Clues, ReadOnlyMemory<byte> Bytes)> ReadAsync(AccountId account, EmailId message, CancellationToken cancellationToken)
    {
        try
        {
            if (await RowAsync(account, message, MessageNeeds.Envelope | MessageNeeds.Structure, cancellationToken) is not { } row
                || CompactForm.TryReadStructure(row.Structure) is not { } structure || CompactForm.TryReadEnvelope(row.Envelope) is not { } envelope)
                return default;
            await using var content = await mail.OpenAsync(account, message, cancellationToken);
            var bytes = await content.ReadAsync(0, Math.Min(content.Size, MessageClues.OctetsAtMost), cancellationToken);
            return (MessageClues.Read(bytes, structure, envelope), bytes);
        }
        catch (MailException failure) when (failure.Error is MailError.NoSuchMessage or MailError.Damaged)
        {
            return default;
        }
    }

    private async Task<IReadOnlyList<long>> RecipientsAsync(AccountId account, EmailId message, CancellationToken cancellationToken)
    {
        if (await RowAsync(account, message, MessageNeeds.Envelope, cancellationToken) is not { } row
            || CompactForm.TryReadEnvelope(row.Envelope) is not { } envelope)
            return [];
        return
        [
            .. envelope.To.Concat(envelope.Cc).Concat(envelope.Bcc).Take(RecipientsAtMost).Select(MessageClues.AddressOf).OfType<Formats.Addresses.EmailAddress>()
                .Select(address => MailWords.Hash(address.ToString())),
        ];
    }

    private Task<MessageRow?> RowAsync(AccountId account, EmailId message, MessageNeeds needs, CancellationToken cancellationToken) =>
        mail.ReadAsync(account, reader => reader.Messages([message], needs) is [var row] ? row : null, cancellationToken);

    private WordBounds Bounds(int words) => new(words, rules.Time.GetUtcNow());

    /// <param name="WrittenTo">Hashes of whom the mailbox has written to by it.</param>
    private sealed record LearnedMessage(
        EmailId Message, SpamClass? Before, SpamClass? Now, IReadOnlyList<long> Words, long? Sender, IReadOnlyList<long> WrittenTo);
}
