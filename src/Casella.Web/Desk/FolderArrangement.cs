using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Messages.Sorting;
using Casella.Core.Work;

namespace Casella.Web.Desk;

/// <summary>Which messages of a folder are shown.</summary>
internal enum ListFilter { All, Unread, Flagged, Attachments, FromMe, InProgress }

/// <summary>
/// Which messages of a folder a list shows and in which order: what flags and dates in memory do not tell is asked of the
/// account. What a message is never changes, so after a change only the new ones are asked about.
/// </summary>
internal sealed class FolderArrangement(Box box, ListFilter filter, ListOrder order)
{
    private readonly HashSet<Uid> _passed = [];
    private Uid _lookedUntil;
    private (Uid Next, int Count) _sortedAt;

    public ListFilter Filter => filter;

    public ListOrder Order => order;

    public bool ShowsAll => filter is ListFilter.All;

    /// <summary>The UIDs in an order that takes reading; null for those that the placements tell.</summary>
    public IReadOnlyList<Uid>? Sorted { get; private set; }

    public bool Shows(Placement placement) => filter switch
    {
        ListFilter.All => true,
        ListFilter.Unread => !placement.Flags.Has(MessageFlags.Seen),
        ListFilter.Flagged => placement.Flags.Has(MessageFlags.Flagged),
        ListFilter.Attachments or ListFilter.FromMe or ListFilter.InProgress => _passed.Contains(placement.Uid),
    };

    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task LookAtAsync(MailboxSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (filter is ListFilter.InProgress)
        {
            var passed = await box.Account.SearchAsync(snapshot, new SearchCriterion.HasKeyword(WorkKeywords.InProgress), cancellationToken);
            _passed.Clear();
            _passed.UnionWith(passed);
        }
        else if (filter is ListFilter.Attachments)
            await LookAtNewAsync(snapshot, new SearchCriterion.HasAttachments(), cancellationToken);
        else if (filter is ListFilter.FromMe)
            await LookAtNewAsync(snapshot, WrittenByMe(), cancellationToken);
        await SortAsync(snapshot, cancellationToken);
    }

    private async Task LookAtNewAsync(MailboxSnapshot snapshot, SearchCriterion criterion, CancellationToken cancellationToken)
    {
        if (snapshot.UidNext.Value <= _lookedUntil.Value + 1)
            return;
        var unknown = new SearchCriterion.Uids([new UidRange(new Uid(_lookedUntil.Value + 1), new Uid(uint.MaxValue))]);
        _passed.UnionWith(await box.Account.SearchAsync(snapshot, new SearchCriterion.And([unknown, criterion]), cancellationToken));
        _lookedUntil = new Uid(snapshot.UidNext.Value - 1);
    }

    /// <summary>From the mailbox's own address; of several people that write from it, the one who looks.</summary>
    private SearchCriterion WrittenByMe()
    {
        var address = new SearchCriterion.Header("From", box.Address);
        return box.Who.Person is { Name.Length: > 0 } person
            ? new SearchCriterion.And([address, new SearchCriterion.Header("From", person.Name)])
            : address;
    }

    private async Task SortAsync(MailboxSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (order is not (ListOrder.Sender or ListOrder.Subject) || (Sorted is not null && _sortedAt == (snapshot.UidNext, snapshot.Count)))
            return;
        var first = order is ListOrder.Sender ? SortField.DisplayFrom : SortField.Subject;
        Sorted = await box.Account.SortAsync(
            snapshot.At([.. Enumerable.Range(0, snapshot.Count)]), [new SortKey(first, IsReverse: false), new SortKey(SortField.Arrival, IsReverse: true)], cancellationToken);
        _sortedAt = (snapshot.UidNext, snapshot.Count);
    }
}
