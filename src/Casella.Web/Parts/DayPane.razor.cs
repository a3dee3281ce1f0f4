using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Work;
using Casella.Web.Desk;

namespace Casella.Web.Parts;

/// <summary>What is to be done in the mailbox today, where no message is open: each line leads to its messages.</summary>
public sealed partial class DayPane
{
    /// <summary>Percent of the mailbox's space.</summary>
    private const int NearlyFull = 80;

    private DayWork _work = new(0, 0, 0);
    private MailboxTree? _counted;

    /// <summary>Mailboxes of the visitor that wait, too.</summary>
    private List<Box> Others => [.. Desk.Boxes.Where(other => other != Desk.Box && other.Unread > 0)];

    private List<DayThing> Things
    {
        get
        {
            var things = new List<DayThing>();
            if (Desk.Box is not { } box || box.Tree.Find(MailboxName.Inbox) is not { } inbox)
                return things;
            things.Add(new DayThing("DayUnread", "unread", box.Unread, inbox.Id, ListFilter.Unread));
            things.Add(new DayThing("DayInProgress", "person", _work.InProgress, inbox.Id, ListFilter.InProgress));
            things.Add(new DayThing("DayFlagged", "star", _work.Flagged, inbox.Id, ListFilter.Flagged));
            if (box.Tree.Find(SpecialUse.Drafts) is { } drafts)
                things.Add(new DayThing("DayDrafts", "draft", drafts.Messages, drafts.Id, ListFilter.All));
            things.RemoveAll(thing => thing.Count == 0);
            return things;
        }
    }

    /// <summary>Counted again when something has changed in the mailbox, in what is in memory of its inbox.</summary>
    protected override async Task OnParametersSetAsync()
    {
        if (Desk.Box is not { } box || ReferenceEquals(_counted, box.Tree))
            return;
        _counted = box.Tree;
        await TryAsync(async () => _work = await CountAsync(box));
    }

    private async Task<DayWork> CountAsync(Box box)
    {
        if (box.Tree.Find(MailboxName.Inbox) is not { Messages: > 0 } inbox)
            return new DayWork(0, 0, 0);
        var snapshot = await box.Account.GetSnapshotAsync(inbox.Id, Desk.Closing);
        var midnight = Visit.At(Visit.Local(Visit.Now).Date).ToUnixTimeSeconds();
        var (today, flagged) = (0, 0);
        for (var i = 0; i < snapshot.Count; i++)
        {
            var placement = snapshot[i];
            today += placement.ReceivedAt >= midnight ? 1 : 0;
            flagged += placement.Flags.Has(MessageFlags.Flagged) ? 1 : 0;
        }

        var inProgress = await box.Account.SearchAsync(snapshot, new SearchCriterion.HasKeyword(WorkKeywords.InProgress), Desk.Closing);
        return new DayWork(today, flagged, inProgress.Count);
    }

    private sealed record DayWork(int Today, int Flagged, int InProgress);

    private sealed record DayThing(string Name, string Icon, int Count, Core.MailboxId Folder, ListFilter Filter);
}
