using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Messages.Sorting;
using Casella.Imap.Commands.Fetching;
using Casella.Imap.Session;

namespace Casella.Imap.Commands.Searching;

/// <summary>A SEARCH or SORT whose result is to be kept up to date.</summary>
/// <param name="Program">With message numbers already turned into UIDs.</param>
/// <param name="Keys">Empty for a SEARCH.</param>
/// <param name="Items">What to fetch of new messages that belong to it, or null.</param>
internal sealed record ContextRequest(
    string Tag, SearchProgram Program, IReadOnlyList<SortKey> Keys, bool ByUid, FetchItems? Items);

/// <summary>
/// The searches of a selected mailbox whose results are kept up to date (RFC 5267 §4.3), until another mailbox is
/// selected. Asked by <see cref="Announcements"/> whenever the view goes on.
/// </summary>
internal sealed class SearchContexts
{
    /// <summary>Each is searched again, among the messages that have changed, at each change.</summary>
    private const int MostContexts = 8;

    /// <summary>A sorted result is sorted again when something joins it; a SEARCH may be as long as the mailbox.</summary>
    private const int MostSorted = 5_000;

    private readonly List<SearchContext> _contexts = [];

    public static ImapReply TagReuse { get; } = ImapReply.Bad("Tag reuse");

    /// <summary>RFC 5267 §4.3: the running command's tag is the name of a search already.</summary>
    public static bool HasTag(ImapSession session) => session.View.Contexts?.Find(session.Tag) is not null;

    /// <summary>From now on the result is kept up to date; or the client is told that it is not (§4.3.1).</summary>
    public static void Begin(ImapSession session, ContextRequest request, IReadOnlyList<Uid> result)
    {
        var contexts = session.View.Contexts ??= new SearchContexts();
        if (contexts._contexts.Count == MostContexts)
            Refuse(session, request.Tag, "Too many searches are kept up to date");
        else if (request.Keys.Any(key => key.Field == SortField.Relevancy))
            Refuse(session, request.Tag, "A result sorted by relevancy is not kept up to date");
        else if (request.Keys.Count > 0 && result.Count > MostSorted)
            Refuse(session, request.Tag, "The sorted result is too long to be kept up to date");
        else
            contexts._contexts.Add(new SearchContext(request, session.View, result));
    }

    /// <summary>False when there is no search of that tag.</summary>
    public static bool Cancel(MailboxView view, string tag) =>
        view.Contexts?.Find(tag) is { } context && view.Contexts._contexts.Remove(context);

    /// <summary>REMOVEFROM for messages that are no longer there, before the view goes on to the snapshot.</summary>
    public void TellGone(ImapSession session, MailboxSnapshot next)
    {
        foreach (var context in _contexts)
            context.TakeGone(next)?.WriteTo(session);
    }

    /// <summary>What else has changed in the results, once the client has been told of the messages themselves.</summary>
    public async ValueTask<IReadOnlyList<ContextUpdate>> UpdateAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var updates = new List<ContextUpdate>();
        foreach (var context in _contexts.ToList())
        {
            try
            {
                if (await context.UpdateAsync(session, cancellationToken) is { } update)
                    updates.Add(update);
                if (context.IsSorted && context.Count > MostSorted)
                    Drop(session, context, "The sorted result has become too long to be kept up to date");
            }
            catch (MailException e) when (e.Error == MailError.TooExpensive)
            {
                Drop(session, context, Errors.Reply(e.Error).Text);
            }
        }

        return updates;
    }

    private SearchContext? Find(string tag) =>
        _contexts.Find(context => string.Equals(context.Tag, tag, StringComparison.Ordinal));

    private void Drop(ImapSession session, SearchContext context, string why)
    {
        _contexts.Remove(context);
        Refuse(session, context.Tag, why);
    }

    private static void Refuse(ImapSession session, string tag, string why) => session.Writer
        .Raw("* NO [NOUPDATE \""u8).Text(tag).Raw("\"] "u8).Utf8Text(session.Words.Of(why)).Crlf();
}
