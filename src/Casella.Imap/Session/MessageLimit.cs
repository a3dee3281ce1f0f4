using System.Globalization;
using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>
/// MESSAGELIMIT and SAVELIMIT (RFC 9738), where the people who run the server have set one: of more messages than one
/// command may work on, FETCH, STORE, SEARCH, MOVE and UID EXPUNGE take the newest and say how far they have come;
/// COPY, APPEND, SORT and THREAD take none, for half of what they do is nothing. EXPUNGE and CLOSE are not limited.
/// </summary>
internal static class MessageLimit
{
    /// <summary>"MESSAGELIMIT=n", "SAVELIMIT=n" with a space before it, or nothing. Never both: the first is the stricter.</summary>
    public static string Capability(ImapOptions options) => options switch
    {
        { MessageLimit: > 0 and var limit } => string.Create(CultureInfo.InvariantCulture, $" MESSAGELIMIT={limit}"),
        { SaveLimit: > 0 and var limit } => string.Create(CultureInfo.InvariantCulture, $" SAVELIMIT={limit}"),
        _ => "",
    };

    /// <summary>Leaves the newest of the messages that a command means.</summary>
    /// <returns>The oldest that is left, or null when there were not too many.</returns>
    public static T? KeepNewest<T>(this ImapSession session, List<T> ascending)
        where T : struct
    {
        var limit = session.Options.MessageLimit;
        if (limit == 0 || ascending.Count <= limit)
            return null;
        ascending.RemoveRange(0, ascending.Count - limit);
        return ascending[0];
    }

    /// <summary>The refusal of a COPY or APPEND of too many; null when it may be done.</summary>
    public static ImapReply? SaveRefusal(this ImapSession session, int count) =>
        MostSaved(session.Options) is > 0 and var limit && count > limit ? TooMany(limit, lowest: null) : null;

    /// <summary>So many messages one command may add; zero for no limit.</summary>
    public static int MostSaved(ImapOptions options) => options.MessageLimit > 0 ? options.MessageLimit : options.SaveLimit;

    /// <summary>The refusal of a SORT or THREAD of too many.</summary>
    /// <param name="lowest">The oldest that would have been taken, where one can be told.</param>
    public static ImapReply TooMany(this ImapSession session, Uid? lowest = null) => TooMany(session.Options.MessageLimit, lowest);

    /// <summary>
    /// The reply to a command that has worked on the newest only: with the code, or behind an untagged NO that has it
    /// when the reply says something else already.
    /// </summary>
    /// <param name="lowest">The oldest that it has worked on; null when there were not too many.</param>
    public static ImapReply Limited(this ImapSession session, ImapReply reply, Uid? lowest)
    {
        if (lowest is null)
            return reply;
        var code = Code(session.Options.MessageLimit, lowest);
        if (reply is { Status: ReplyStatus.Ok, Code: null })
            return reply with { Code = code };
        session.Writer.Raw("* NO ["u8).Text(code).Raw("] "u8).Utf8Text(session.Words.Of("Only the newest of the messages were taken")).Crlf();
        return reply;
    }

    /// <summary>
    /// Narrows a search to the newest of the messages that its own UIDs and numbers leave (RFC 9738: a client goes on
    /// with what is below the lowest that was searched).
    /// </summary>
    public static (SearchCriterion Criterion, Uid? Lowest) Narrowed(
        this ImapSession session, MailboxView view, SearchCriterion criterion)
    {
        if (session.Options.MessageLimit == 0 || view.Count <= session.Options.MessageLimit)
            return (criterion, null);
        var searched = Enumerable.Range(0, view.Count).Select(position => view[position].Uid).Where(uid => MayMatch(criterion, uid)).ToList();
        return session.KeepNewest(searched) is { } lowest
            ? (new SearchCriterion.And([new SearchCriterion.Uids([new UidRange(lowest, new Uid(uint.MaxValue))]), criterion]), lowest)
            : (criterion, null);
    }

    private static bool MayMatch(SearchCriterion criterion, Uid uid) => criterion switch
    {
        SearchCriterion.Uids uids => uids.Ranges.Any(range => range.First <= uid && uid <= range.Last),
        SearchCriterion.And and => and.Terms.All(term => MayMatch(term, uid)),
        _ => true,
    };

    private static ImapReply TooMany(int limit, Uid? lowest) => ImapReply.No("Too many messages for one command", Code(limit, lowest));

    private static string Code(int limit, Uid? lowest) => lowest is { } uid
        ? string.Create(CultureInfo.InvariantCulture, $"MESSAGELIMIT {limit} {uid.Value}")
        : string.Create(CultureInfo.InvariantCulture, $"MESSAGELIMIT {limit}");
}
