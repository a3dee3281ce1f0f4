using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Searching;

/// <summary>
/// What a SEARCH or SORT has found, in its order, as this client knows it: written as the plain response or as ESEARCH,
/// and kept for "$".
/// </summary>
/// <param name="numbers">Message numbers of <paramref name="uids"/>.</param>
/// <param name="findings">As the core has found them, in no order.</param>
internal sealed class SearchResult(MailboxView view, List<Uid> uids, List<int> numbers, SearchFindings findings)
{
    /// <summary>Messages the client has not been told about are not there for it.</summary>
    public static SearchResult Of(MailboxView view, IReadOnlyList<Uid> found, SearchFindings findings)
    {
        var (uids, numbers) = (new List<Uid>(found.Count), new List<int>(found.Count));
        foreach (var uid in found)
        {
            if (view.NumberOf(uid) is not (> 0 and var number))
                continue;
            uids.Add(uid);
            numbers.Add(number);
        }
        return new SearchResult(view, uids, numbers, findings);
    }

    /// <summary>The same messages in another order.</summary>
    public SearchResult Sorted(IReadOnlyList<Uid> sorted) => Of(view, sorted, findings);

    public SearchFindings Findings => findings;

    /// <summary>The oldest message that was searched, where not all were (RFC 9738); null otherwise.</summary>
    public Uid? Lowest { get; set; }

    /// <summary>In the result's order.</summary>
    public IReadOnlyList<Uid> Uids => uids;

    public IReadOnlyList<Placement> Placements => view.Announced.At(numbers.ConvertAll(number => number - 1));

    /// <summary>"* SEARCH 2 3 (MODSEQ 7)" (RFC 3501 §7.2.5, RFC 7162 §3.1.5), "* SORT" likewise.</summary>
    public async ValueTask WritePlainAsync(
        ImapSession session, string name, SearchShape shape, CancellationToken cancellationToken)
    {
        var writer = session.Writer.Raw("* "u8).Text(name);
        for (var i = 0; i < uids.Count; i++)
        {
            writer.Space().Number(shape.ByUid ? uids[i].Value : numbers[i]);
            await writer.FlushIfLargeAsync(cancellationToken);
        }
        if (shape.WithModSeq && Highest(Enumerable.Range(0, uids.Count)) is > 0 and var highest)
            writer.Raw(" (MODSEQ "u8).Number(highest).Byte((byte)')');
        writer.Crlf();
    }

    /// <summary>esearch-response (RFC 4466 §2.6.2); none when nothing but SAVE was asked (RFC 5182 §2.1).</summary>
    public void WriteExtended(ImapSession session, SearchReturn asked, SearchShape shape)
    {
        if (asked.Options == ReturnOptions.Save)
            return;
        var writer = session.Writer.Raw("* ESEARCH (TAG \""u8).Text(session.Tag).Byte((byte)'"');
        if (shape.Of is { } place)
            writer.Raw(" MAILBOX "u8).Mailbox(place.Name).Raw(" UIDVALIDITY "u8).Number(place.Mailbox.UidValidity);
        writer.Byte((byte)')');
        if (shape.ByUid)
            writer.Raw(" UID"u8);
        if (uids.Count > 0 && asked.Has(ReturnOptions.Min))
            writer.Raw(" MIN "u8).Number(Number(0, shape));
        if (uids.Count > 0 && asked.Has(ReturnOptions.Max))
            writer.Raw(" MAX "u8).Number(Number(uids.Count - 1, shape));
        if (asked.Has(ReturnOptions.Count))
            writer.Raw(" COUNT "u8).Number(uids.Count);
        if (uids.Count > 0 && asked.Has(ReturnOptions.All))
            writer.Raw(" ALL "u8).Text(Set(0, uids.Count, shape));
        if (asked.Has(ReturnOptions.Partial))
            WritePartial(writer, asked.Partial, shape);
        if (asked.Has(ReturnOptions.Relevancy))
            WriteRelevancy(writer, asked);
        if (shape.WithModSeq && Highest(Returned(asked)) is > 0 and var highest)
            writer.Raw(" MODSEQ "u8).Number(highest);
        writer.Crlf();
    }

    /// <summary>"$" from now on, when SAVE is asked (RFC 5182 §2.4, RFC 9394 §3.2).</summary>
    public void Save(SearchReturn asked)
    {
        if (!asked.Has(ReturnOptions.Save))
            return;
        var saved = Returned(asked).Select(index => uids[index]).ToList();
        saved.Sort();
        view.SavedResult = UidRange.Of(saved);
    }

    /// <summary>ret-data-partial (RFC 9394 §4).</summary>
    private void WritePartial(ImapWriter writer, PartialRange range, SearchShape shape)
    {
        var (start, count) = range.Of(uids.Count);
        writer.Raw(" PARTIAL ("u8).Text(range.ToString()).Space();
        writer.Text(count == 0 ? "NIL" : Set(start, count, shape)).Byte((byte)')');
    }

    /// <summary>score-list (RFC 6203 §7), in the order of what it stands beside.</summary>
    private void WriteRelevancy(ImapWriter writer, SearchReturn asked)
    {
        var (start, count) = asked.Has(ReturnOptions.Partial) ? asked.Partial.Of(uids.Count) : (0, uids.Count);
        writer.Raw(" RELEVANCY ("u8);
        for (var i = start; i < start + count; i++)
        {
            if (i > start)
                writer.Space();
            writer.Number(findings.RelevancyOf(uids[i]));
        }
        writer.Byte((byte)')');
    }

    /// <summary>
    /// Indexes of the messages an answer speaks of, each once: all of them, unless only the ends or a part were asked
    /// for (RFC 4731 §3.2, RFC 5182 §2.4, RFC 9394 §3.2 say the same of MODSEQ and of "$").
    /// </summary>
    private IEnumerable<int> Returned(SearchReturn asked)
    {
        const ReturnOptions Some = ReturnOptions.Min | ReturnOptions.Max | ReturnOptions.Partial;
        if (uids.Count == 0 || asked.Has(ReturnOptions.All | ReturnOptions.Count) || !asked.Has(Some))
            return Enumerable.Range(0, uids.Count);
        var (start, count) = asked.Has(ReturnOptions.Partial) ? asked.Partial.Of(uids.Count) : (0, 0);
        var returned = Enumerable.Range(start, count).ToHashSet();
        if (asked.Has(ReturnOptions.Min))
            returned.Add(0);
        if (asked.Has(ReturnOptions.Max))
            returned.Add(uids.Count - 1);
        return returned;
    }

    private long Highest(IEnumerable<int> indexes)
    {
        var highest = 0L;
        foreach (var index in indexes)
            highest = Math.Max(highest, view[numbers[index] - 1].ModSeq.Value);
        return highest;
    }

    private uint Number(int index, SearchShape shape) => shape.ByUid ? uids[index].Value : (uint)numbers[index];

    private string Set(int start, int count, SearchShape shape) => UidSet.Format(count, i => Number(start + i, shape));
}

/// <summary>How a result is written.</summary>
/// <param name="WithModSeq">MODSEQ was among the search keys (RFC 7162 §3.1.5).</param>
internal readonly record struct SearchShape(bool ByUid, bool WithModSeq)
{
    /// <summary>The mailbox that the answer is about, where it may be another than the selected one (RFC 7377 §2.1).</summary>
    public MailboxPlace? Of { get; init; }
}
