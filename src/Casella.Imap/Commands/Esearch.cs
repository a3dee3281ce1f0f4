using Casella.Core;
using Casella.Imap.Commands.Notifying;
using Casella.Imap.Commands.Searching;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// ESEARCH (RFC 7377 MULTISEARCH): a search in several mailboxes, without selecting them. Each that has matches answers
/// for itself, with UIDs.
/// </summary>
/// <param name="Sources">The mailboxes; the selected one unless others are named.</param>
internal sealed record Esearch(IReadOnlyList<MailboxFilter> Sources, SearchReturn Return, SearchProgram Program) : ImapCommand
{
    private const int MaxSources = 50;

    /// <summary>For all mailboxes together (§2.4); each search has its own limit besides.</summary>
    private static readonly TimeSpan TimeAtMost = TimeSpan.FromMinutes(1);

    private static readonly MailboxFilter SelectedOnly = new(FilterKind.Selected, []);

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        List<MailboxFilter> sources = [SelectedOnly];
        if (parser.TryWord("IN"u8))
        {
            parser.Space();
            sources = ParseSources(ref parser);
            parser.Space();
        }

        var asked = SearchReturn.TryParse(ref parser);
        if (asked is not null)
            parser.Space();
        return new Esearch(sources, asked ?? SearchReturn.All, SearchProgram.ParseWithCharset(ref parser));
    }

    /// <summary>"(" source-mbox ")"; of scope-options none is defined.</summary>
    private static List<MailboxFilter> ParseSources(ref ImapParser parser)
    {
        var sources = new List<MailboxFilter>();
        parser.OpenList();
        do
        {
            var source = sources.Count < MaxSources ? MailboxFilter.Parse(ref parser) : throw new ImapSyntaxException("Too many sources");
            if (source.Kind == FilterKind.SelectedDelayed)
                throw new ImapSyntaxException("Expected SELECTED, for SELECTED-DELAYED is of NOTIFY");
            sources.Add(source);
        }
        while (parser.TrySpace());
        parser.CloseList();
        return sources;
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (Refusal(session) is { } refusal)
            return refusal;
        if (Program.Criterion is null)
            return SearchProgram.BadCharset;
        if (Program.UsesModSeq)
            session.EnableCondstore();
        await session.AnnounceAsync(Expunges.HeldBack, cancellationToken);
        if (Return.Has(ReturnOptions.Save))
            session.View.SavedResult = [];

        var started = session.Services.Time.GetTimestamp();
        foreach (var place in await PlacesAsync(session, cancellationToken))
        {
            if (session.Services.Time.GetElapsedTime(started) > TimeAtMost)
                return Errors.Reply(MailError.TooExpensive);
            await SearchAsync(session, place, cancellationToken);
        }

        return ImapReply.Ok("ESEARCH completed");
    }

    /// <summary>§2.2: what needs a selected mailbox.</summary>
    private ImapReply? Refusal(ImapSession session)
    {
        // RFC 6855 §3: the charset is UTF-8 already.
        if (session.Enabled.Utf8Accept && Program.NamesCharset)
            return ImapReply.Bad("No CHARSET beside UTF8=ACCEPT");
        if (session.Selected is null && (Sources.Any(source => source.IsSelected) || Return.Has(ReturnOptions.Update)))
            return ImapReply.Bad("Select a mailbox first");
        if (Return.Has(ReturnOptions.Save) && Sources.Any(source => !source.IsSelected))
            return ImapReply.Bad("SAVE is for the selected mailbox only");
        if (Program.RelevancyRefusal(Return.Has(ReturnOptions.Relevancy)) is { } refusal)
            return refusal;
        return Return.Has(ReturnOptions.Update) && SearchContexts.HasTag(session) ? SearchContexts.TagReuse : null;
    }

    /// <summary>The mailboxes that are meant, of all accounts that this session sees, each once.</summary>
    private async ValueTask<List<MailboxPlace>> PlacesAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var withOthers = Sources.Any(source => source.MayMeanOthers)
            || (session.Selected is { } view && view.Account.Id != session.Account.Id && Sources.Any(source => source.IsSelected));
        var places = new List<MailboxPlace>();
        foreach (var listed in await session.ListedNamesAsync(withOthers, cancellationToken))
            if (listed.Place is { Mailbox.IsSelectable: true } place && IsMeant(session, place, listed.IsSubscribed))
                places.Add(place);
        return places;
    }

    private bool IsMeant(ImapSession session, MailboxPlace place, bool isSubscribed)
    {
        var seen = new SeenName(place.Name, place.Account.Id == session.Account.Id, isSubscribed);
        return Sources.Any(source => source.IsSelected ? session.HasSelected(place.Account, place.Id) : source.Covers(seen));
    }

    private async ValueTask SearchAsync(ImapSession session, MailboxPlace place, CancellationToken cancellationToken)
    {
        var isSelected = session.HasSelected(place.Account, place.Id);
        SearchResult found;
        try
        {
            var view = isSelected ? session.View : await ViewAsync(place, cancellationToken);
            found = await Program.FindAsync(session, view, cancellationToken);
        }
        catch (MailException e) when (e.Error == MailError.NoSuchMailbox && !isSelected)
        {
            // Deleted since the tree was taken: it has no matches.
            Log.CommandFailed(session.Services.Logger, e, "ESEARCH", e.Error);
            return;
        }

        if (isSelected)
            Keep(session, found);
        // §2.1: a mailbox without a match says nothing, whatever is asked of it.
        if (found.Uids.Count > 0)
            found.WriteExtended(session, Return, new SearchShape(ByUid: true, Program.UsesModSeq) { Of = place });
        await session.Writer.FlushIfLargeAsync(cancellationToken);
    }

    /// <summary>SAVE and UPDATE, which are for the selected mailbox (§2.2).</summary>
    private void Keep(ImapSession session, SearchResult found)
    {
        found.Save(Return);
        if (Return.Has(ReturnOptions.Update))
            SearchContexts.Begin(
                session, new ContextRequest(session.Tag, Program.Pinned(session), [], ByUid: true, Return.UpdateItems), found.Uids);
    }

    /// <summary>A mailbox as one would see it who had just selected it.</summary>
    private static async ValueTask<MailboxView> ViewAsync(MailboxPlace place, CancellationToken cancellationToken)
    {
        var snapshot = await place.Account.GetSnapshotAsync(place.Id, cancellationToken);
        return new MailboxView(place.Account, snapshot, firstRecent: snapshot.UidNext, ViewAccess.Read);
    }
}
