using Casella.Core.Filtering.Spam;

namespace Casella.Core.Storage;

/// <summary>
/// Rows of an account behind its spam filter: what it has learnt, whom it knows, its lists. Only its writer reads and
/// writes them, within a unit; delivery asks <see cref="IMailReader.SpamKnowledge"/>. Raises no ModSeq.
/// </summary>
internal interface ISpamRows
{
    /// <summary>Up to which change of the log it has learnt.</summary>
    ModSeq LearnedTo { get; set; }
    SpamTotals Totals { get; }
    SpamStatistics Statistics();

    /// <summary>What a message counts as; null while it counts as nothing.</summary>
    SpamClass? ClassOf(EmailId message);
    void PutClass(EmailId message, SpamClass? learned, DateTimeOffset at);

    /// <summary>Adds to, or takes from, the counts of these words and of all messages.</summary>
    void Count(IReadOnlyList<long> words, SpamTotals change, WordBounds bounds);

    /// <summary>Somebody has written, or was written to; makes the row when there is none.</summary>
    void MeetSender(long sender, SenderMeeting meeting, DateTimeOffset at);

    /// <summary>The lists: addresses and domains, by name.</summary>
    IReadOnlyList<ListedSender> Listed();
    SpamClass? ListedAs(string entry);

    /// <param name="listed">Ham lets its mail through, Spam puts it into SPAM, null takes it off the list.</param>
    void PutListed(string entry, SpamClass? listed, DateTimeOffset at);

    /// <summary>Removes what nobody needs any more.</summary>
    void ForgetBefore(DateTimeOffset senders, DateTimeOffset classes);
}

/// <summary>
/// What all mailboxes of a domain have learnt together, and the lists of the domain. One database of its own, DATA/spam.db:
/// without it the filter knows less, and nothing else is lost. Every method is one transaction.
/// </summary>
internal interface ISpamStore
{
    Task<SpamKnowledge> KnowledgeAsync(string domain, SpamQuestion question, CancellationToken cancellationToken);
    Task<SpamStatistics> StatisticsAsync(string domain, CancellationToken cancellationToken);
    Task<SpamTotals> TotalsAsync(string domain, CancellationToken cancellationToken);

    /// <summary>
    /// From now on the message counts as this; the same again changes nothing, so who does not know whether it was done
    /// does it again.
    /// </summary>
    Task LearnAsync(string domain, HouseLesson lesson, DateTimeOffset at, WordBounds bounds, CancellationToken cancellationToken);

    Task<IReadOnlyList<ListedSender>> ListedAsync(string domain, CancellationToken cancellationToken);

    /// <returns>What it was listed as before.</returns>
    Task<SpamClass?> PutListedAsync(string domain, string entry, SpamClass? listed, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <param name="Words">Hashes, each once.</param>
internal sealed record HouseLesson(AccountId Account, EmailId Message, SpamClass? Learned, IReadOnlyList<long> Words);

/// <summary>What is asked when a message is judged.</summary>
/// <param name="Sender">Hash of the address in From.</param>
/// <param name="Entries">Names under which the sender may be on a list, the most exact first.</param>
/// <param name="References">Message-IDs that it answers.</param>
/// <param name="Words">Hashes of its words.</param>
internal sealed record SpamQuestion(long Sender, IReadOnlyList<string> Entries, IReadOnlyList<string> References, IReadOnlyList<long> Words);

/// <summary>The answer.</summary>
/// <param name="Sender">Null for who has never written and was never written to.</param>
/// <param name="Listed">By the most exact entry; null for who is on no list.</param>
/// <param name="AnswersUs">One of the references is a message of the mailbox.</param>
/// <param name="Words">Only those that are known.</param>
internal sealed record SpamKnowledge(
    SenderRow? Sender, SpamClass? Listed, bool AnswersUs, SpamTotals Totals, IReadOnlyDictionary<long, SpamTotals> Words)
{
    public static SpamKnowledge None { get; } = new(null, null, false, default, new Dictionary<long, SpamTotals>());
}

/// <param name="WasWrittenTo">The mailbox has written to him.</param>
/// <param name="Spam">Messages of his that count as spam.</param>
internal sealed record SenderRow(DateTimeOffset FirstAt, bool WasWrittenTo, int Spam);

/// <param name="Spam">To add to what counts as spam.</param>
internal readonly record struct SenderMeeting(bool IsWrittenTo = false, int Spam = 0);

/// <summary>Messages that count as spam and as good mail.</summary>
internal readonly record struct SpamTotals(long Spam, long Ham)
{
    public static SpamTotals One(SpamClass learned) => learned is SpamClass.Spam ? new(1, 0) : new(0, 1);
    public static SpamTotals operator -(SpamTotals one) => new(-one.Spam, -one.Ham);
}

/// <param name="Words">Beyond, the oldest go.</param>
internal sealed record WordBounds(int Words, DateTimeOffset Now);

/// <param name="Entry">An address, or a domain.</param>
internal sealed record ListedSender(string Entry, SpamClass Listed, DateTimeOffset At);

/// <summary>Stored as a number: never renumber.</summary>
internal enum SpamClass : byte { Spam = 1, Ham = 2 }
