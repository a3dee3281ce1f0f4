using Casella.Core;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// The QRESYNC parameter of SELECT (RFC 7162 §3.2.5): what the client remembers of the mailbox, answered with all that
/// is different now.
/// </summary>
/// <param name="KnownUids">Only these interest the client; null for all.</param>
internal sealed record Resync(uint UidValidity, ModSeq ModSeq, SequenceSet? KnownUids)
{
    /// <summary>Numbers of messages were in it.</summary>
    public bool HasMatchData { get; init; }

    /// <summary>
    /// SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")". The match data saves servers
    /// that forget expunges from guessing; we remember them all, so it is read and passed over.
    /// </summary>
    public static Resync Parse(ref ImapParser parser)
    {
        parser.Space();
        parser.OpenList();
        var uidValidity = parser.NzNumber("a UIDVALIDITY");
        parser.Space();
        var modSeq = new ModSeq(parser.Number64("a mod-sequence"));
        SequenceSet? known = null;
        var hasMatchData = false;
        while (parser.TrySpace())
        {
            if (parser.Next == (byte)'(')
                hasMatchData = SkipMatchData(ref parser);
            else
                known = KnownSet(ref parser);
        }

        parser.CloseList();
        return new Resync(uidValidity, modSeq, known) { HasMatchData = hasMatchData };
    }

    /// <summary>known-uids: nothing is selected yet whose search result "$" could be.</summary>
    private static SequenceSet KnownSet(ref ImapParser parser) =>
        parser.SequenceSet() is { IsSaved: false } known ? known : throw new ImapSyntaxException("Expected UIDs");

    private static bool SkipMatchData(ref ImapParser parser)
    {
        parser.OpenList();
        parser.SequenceSet();
        parser.Space();
        parser.SequenceSet();
        parser.CloseList();
        return true;
    }

    /// <summary>
    /// VANISHED (EARLIER), then FETCH of every message that has changed. Nothing when the mailbox is another one than
    /// the client's (RFC 7162 §3.2.5.1).
    /// </summary>
    public async ValueTask TellAsync(ImapSession session, MailboxView view, CancellationToken cancellationToken)
    {
        if (UidValidity != view.Latest.UidValidity)
            return;
        var known = KnownUids?.NormalizeUids(view.LastUidGiven);
        session.Writer.Vanished(await view.VanishedSinceAsync(ModSeq, known, cancellationToken));
        foreach (var position in view.Latest.ChangedSince(ModSeq))
        {
            var placement = view[position];
            if (known is not null && !UidRanges.Contains(known, placement.Uid))
                continue;
            session.Writer.FetchFlags(session, view, position + 1, placement);
            await session.Writer.FlushIfLargeAsync(cancellationToken);
        }
    }
}
