using Casella.Core;
using Casella.Imap.Commands.Fetching;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Searching;

/// <summary>Messages that stand together in a result.</summary>
/// <param name="Position">Of the first of them, from 1; 0 where the order is the mailbox's.</param>
internal readonly record struct ContextRun(int Position, List<Uid> Uids);

/// <summary>What has become of a result since the client was told of it: an ESEARCH response (RFC 5267 §4.3.2).</summary>
internal sealed record ContextUpdate(
    ContextRequest Request, IReadOnlyList<ContextRun> Removed, IReadOnlyList<ContextRun> Added)
{
    /// <summary>What to fetch of new messages that it has added.</summary>
    public FetchItems? Items => Request.Items;

    public bool HasAdded(Uid uid) => Added.Any(run => run.Uids.Contains(uid));

    /// <summary>"* ESEARCH (TAG "B01") UID ADDTO (0 32768:32769)".</summary>
    public void WriteTo(ImapSession session)
    {
        var writer = session.Writer.Raw("* ESEARCH (TAG \""u8).Text(Request.Tag).Raw("\")"u8);
        if (Request.ByUid)
            writer.Raw(" UID"u8);
        if (Removed.Count > 0)
            Write(session, " REMOVEFROM ("u8, Removed);
        if (Added.Count > 0)
            Write(session, " ADDTO ("u8, Added);
        writer.Crlf();
    }

    private void Write(ImapSession session, ReadOnlySpan<byte> name, IReadOnlyList<ContextRun> runs)
    {
        var writer = session.Writer.Raw(name);
        for (var i = 0; i < runs.Count; i++)
        {
            if (i > 0)
                writer.Space();
            var uids = runs[i].Uids;
            writer.Number(runs[i].Position).Space().Text(UidSet.Format(
                uids.Count, at => Request.ByUid ? uids[at].Value : (uint)session.View.NumberOf(uids[at])));
        }
        writer.Byte((byte)')');
    }
}
