using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Commands.Fetching;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// FETCH and UID FETCH (RFC 9051 §6.4.5) with CHANGEDSINCE and VANISHED (RFC 7162 §3.1.4, §3.2.6) and PARTIAL
/// (RFC 9394 §3.3).
/// </summary>
internal sealed record Fetch(SequenceSet Messages, bool ByUid, FetchItems Items, FetchModifiers Modifiers) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Fetch Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        var messages = parser.SequenceSet();
        parser.Space();
        var items = FetchParser.Parse(ref parser);
        var modifiers = FetchModifiers.Parse(ref parser);

        // RFC 9051 §6.4.9: UID is part of every answer to a UID command; RFC 7162 §3.1.4.1: so is MODSEQ with
        // CHANGEDSINCE.
        var implied = (byUid ? FetchAttributes.Uid : FetchAttributes.None)
            | (modifiers.ChangedSince is null ? FetchAttributes.None : FetchAttributes.ModSeq);
        return new Fetch(messages, byUid, items with { Attributes = items.Attributes | implied }, modifiers);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // RFC 7162 §3.2.6.
        if (Modifiers.Vanished && (!ByUid || Modifiers.ChangedSince is null || !session.Enabled.Qresync))
            return ImapReply.Bad("VANISHED needs UID FETCH, CHANGEDSINCE and ENABLE QRESYNC");
        if (Modifiers.Partial is not null && !ByUid)
            return ImapReply.Bad("PARTIAL needs UID FETCH");
        // RFC 7162 §3.1: asking for a mod-sequence switches CONDSTORE on.
        if (Items.Attributes.HasFlag(FetchAttributes.ModSeq))
            session.EnableCondstore();
        var view = session.View;
        await session.AnnounceAsync(Expunges.HeldBack, cancellationToken);
        if (session.Options.MessageLimit is > 0 and var limit && Modifiers.Partial?.Count > limit)
            return session.TooMany();
        var wanted = Wanted(view);
        var lowest = Modifiers.Partial is null && session.KeepNewest(wanted) is { } oldest ? view[oldest].Uid : default(Uid?);
        if (Modifiers.ChangedSince is { } since)
            wanted.RemoveAll(position => view[position].ModSeq <= since);
        if (Modifiers.Vanished)
            await TellVanishedAsync(session, view, Modifiers.ChangedSince!.Value, cancellationToken);
        var failure = await WriteAsync(session, wanted, cancellationToken);
        if (Items.SetsSeen && view.Access is not ViewAccess.Read)
            await SetSeenAsync(session, view.MessagesAt(wanted), cancellationToken);
        return session.Limited(failure ?? ImapReply.Ok("FETCH completed"), lowest);
    }

    /// <summary>Positions and not placements: a hundred thousand of these are 8 MB.</summary>
    private List<int> Wanted(MailboxView view)
    {
        var wanted = view.EachPosition(Messages, ByUid);
        // RFC 9394 §3.4: first the part is taken, then what has not changed is left out.
        if (Modifiers.Partial is { } partial)
        {
            var (start, count) = partial.Of(wanted.Count);
            wanted = wanted.GetRange(start, count);
        }

        return wanted;
    }

    private async Task TellVanishedAsync(ImapSession session, MailboxView view, ModSeq since, CancellationToken cancellationToken)
    {
        // "*" is the last UID ever given out here: the last message may be the one that has vanished.
        var asked = view.UidRanges(Messages, view.LastUidGiven);
        session.Writer.Vanished(await view.VanishedSinceAsync(since, asked, cancellationToken));
    }

    /// <summary>
    /// FETCH responses that nobody has commanded, of messages that are new (RFC 5465 §5.2): without setting \Seen.
    /// </summary>
    public static async ValueTask TellAsync(
        ImapSession session, List<int> wanted, FetchItems items, CancellationToken cancellationToken) =>
        // A message that is gone or cannot be decoded is left out, as a client may not have asked for it.
        await new Fetch(SequenceSet.Saved, ByUid: true, items, FetchModifiers.None).WriteAsync(session, wanted, cancellationToken);

    /// <summary>What went wrong with some of the messages, or null.</summary>
    /// <param name="positions">Of the messages in the view, ascending.</param>
    private async Task<ImapReply?> WriteAsync(ImapSession session, List<int> positions, CancellationToken cancellationToken)
    {
        var view = session.View;
        var writer = new FetchWriter(session, view, Items);
        var (needs, wanted) = (Needs(), view.MessagesAt(positions));
        if (needs == MessageNeeds.None && !NeedsContent)
        {
            var at = 0;
            foreach (var placement in wanted)
            {
                writer.Write(positions[at++] + 1, placement);
                await session.Writer.FlushIfLargeAsync(cancellationToken);
            }

            return null;
        }

        await using var contents = NeedsContent ? new ContentsAhead(view.Account, wanted, cancellationToken) : null;
        var written = 0;
        await foreach (var data in ReadAsync(view.Account, wanted, needs, cancellationToken))
        {
            var placement = data.Placement;
            await using var content = contents is null ? null : await contents.TakeAsync(placement.Email);
            if (contents is not null && content is null)
                continue;
            await writer.WriteAsync(view.NumberOf(placement.Uid), data, content, cancellationToken);
            written++;
        }

        if (writer.HasUnknownEncoding)
            return ImapReply.No("The transfer encoding of some part is unknown", "UNKNOWN-CTE");
        return written == wanted.Count ? null : Errors.Reply(MailError.NoSuchMessage);
    }

    private static IAsyncEnumerable<MessageData> ReadAsync(
        MailAccount account, IReadOnlyList<Placement> wanted, MessageNeeds needs, CancellationToken cancellationToken) =>
        needs == MessageNeeds.None
            ? wanted.Select(placement => new MessageData(placement)).ToAsyncEnumerable()
            : account.ReadAsync(wanted, needs, cancellationToken);

    private bool NeedsContent => Items.Bodies.Any(body => !body.Section.IsTopHeader);

    private MessageNeeds Needs()
    {
        var needs = MessageNeeds.None;
        if (Items.Attributes.HasFlag(FetchAttributes.Envelope))
            needs |= MessageNeeds.Envelope;
        if ((Items.Attributes & (FetchAttributes.Structure | FetchAttributes.Body)) != FetchAttributes.None || Items.Bodies.Any(body => body.Section.Part.Length > 0))
            needs |= MessageNeeds.Structure;
        if (Items.Bodies.Any(body => body.Section.IsTopHeader))
            needs |= MessageNeeds.Header;
        if ((Items.Attributes & (FetchAttributes.EmailId | FetchAttributes.ThreadId)) != FetchAttributes.None)
            needs |= MessageNeeds.Facts;
        if (Items.Attributes.HasFlag(FetchAttributes.Preview))
            needs |= MessageNeeds.Preview;
        return needs;
    }

    /// <summary>
    /// One transaction for all that were read; the change then comes back as everybody's does, before the tagged reply.
    /// </summary>
    private static async Task SetSeenAsync(ImapSession session, IReadOnlyList<Placement> read, CancellationToken cancellationToken)
    {
        var unseen = read.Where(placement => !placement.Flags.Has(MessageFlags.Seen)).Select(placement => placement.Uid).ToList();
        if (unseen.Count > 0)
            await session.View.Account.StoreFlagsAsync(
                session.View.Mailbox, unseen, FlagOperation.Add, new FlagNames(MessageFlags.Seen, []), null, cancellationToken);
    }
}
