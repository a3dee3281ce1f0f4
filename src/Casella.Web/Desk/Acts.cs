using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Work;

namespace Casella.Web.Desk;

/// <summary>
/// What can be done to messages of a list, on one or on all that are ticked: done in the account at once, told in a
/// notice with Undo.
/// </summary>
internal sealed class Acts(MailDesk desk, Visit visit)
{
    private Words Words => visit.Words;

    public Task MarkReadAsync(IReadOnlyCollection<MailKey> keys, bool isRead) => FlagAsync(
        keys, isRead ? FlagOperation.Add : FlagOperation.Remove, MessageFlags.Seen, isRead ? "DoneRead" : "DoneUnread");

    public Task StarAsync(IReadOnlyCollection<MailKey> keys, bool isStarred) => FlagAsync(
        keys, isStarred ? FlagOperation.Add : FlagOperation.Remove, MessageFlags.Flagged, isStarred ? "DoneStarred" : "DoneUnstarred");

    public Task ArchiveAsync(IReadOnlyCollection<MailKey> keys) => MoveAsync(keys, SpecialUse.Archive, "DoneArchived");

    /// <summary>To Trash; what is in Trash, or in SPAM, goes, and can be brought back for its days.</summary>
    public Task DeleteAsync(IReadOnlyCollection<MailKey> keys) => RunAsync(keys, async box =>
    {
        var undo = new List<ModSeq>();
        foreach (var (folder, uids) in ByFolder(keys))
            if (box.Tree.Find(folder)?.SpecialUse is SpecialUse.Trash or SpecialUse.Junk)
                Note(undo, (await box.Account.ExpungeAsync(folder, uids, onlyDeleted: false, desk.Closing)).ModSeq);
            else
                Note(undo, (await box.Account.MoveAsync(folder, uids, (await box.FolderOfAsync(SpecialUse.Trash, desk.Closing)).Id, desk.Closing)).ModSeq);
        return (Words.Count("DoneDeleted", keys.Count), undo);
    });

    /// <summary>Into SPAM with the mark that filters learn from, or out of it again.</summary>
    public Task SpamAsync(IReadOnlyCollection<MailKey> keys, bool isSpam) => RunAsync(keys, async box =>
    {
        var undo = new List<ModSeq>();
        var target = isSpam ? await box.FolderOfAsync(SpecialUse.Junk, desk.Closing) : box.Tree.Find(MailboxName.Inbox)!;
        foreach (var (folder, uids) in ByFolder(keys))
        {
            var (set, cleared) = isSpam ? ("$Junk", "$NotJunk") : ("$NotJunk", "$Junk");
            Note(undo, (await box.Account.StoreFlagsAsync(folder, uids, FlagOperation.Remove, new FlagNames(MessageFlags.None, [cleared]), null, desk.Closing)).ModSeq);
            Note(undo, (await box.Account.StoreFlagsAsync(folder, uids, FlagOperation.Add, new FlagNames(MessageFlags.None, [set]), null, desk.Closing)).ModSeq);
            if (folder != target.Id)
                Note(undo, (await box.Account.MoveAsync(folder, uids, target.Id, desk.Closing)).ModSeq);
        }

        return (Words.Count(isSpam ? "DoneSpam" : "DoneNotSpam", keys.Count), undo);
    });

    /// <summary>How far the members are with it, said by hand (ADR 0013); answers say it by themselves.</summary>
    public Task WorkAsync(IReadOnlyCollection<MailKey> keys, WorkStep step) => RunAsync(keys, async box =>
    {
        string[] inProgress = [WorkKeywords.InProgress, WorkKeywords.Label], done = [WorkKeywords.Done];
        var (set, cleared) = step switch
        {
            WorkStep.InProgress => (inProgress, done),
            WorkStep.Done => (done, inProgress),
            WorkStep.New => ((string[])[], (string[])[.. inProgress, .. done]),
        };
        var undo = new List<ModSeq>();
        foreach (var (folder, uids) in ByFolder(keys))
        {
            Note(undo, (await box.Account.StoreFlagsAsync(folder, uids, FlagOperation.Remove, new FlagNames(MessageFlags.None, cleared), null, desk.Closing)).ModSeq);
            if (set.Length > 0)
                Note(undo, (await box.Account.StoreFlagsAsync(folder, uids, FlagOperation.Add, new FlagNames(MessageFlags.None, set), null, desk.Closing)).ModSeq);
        }

        return (Words[$"DoneWork{step}"], undo);
    });

    public Task MoveAsync(IReadOnlyCollection<MailKey> keys, MailboxId target) => RunAsync(keys, async box =>
    {
        var undo = new List<ModSeq>();
        foreach (var (folder, uids) in ByFolder(keys))
            if (folder != target)
                Note(undo, (await box.Account.MoveAsync(folder, uids, target, desk.Closing)).ModSeq);
        var name = box.Tree.Find(target) is { } info ? FolderWords.NameOf(info, Words) : "";
        return (Words.Count("DoneMoved", keys.Count, name), undo);
    });

    /// <summary>Takes back what a notice tells of.</summary>
    public async Task UndoAsync(Notice notice)
    {
        try
        {
            var restored = await desk.Notices.UndoAsync(notice);
            desk.Notices.Say(notice.Box, restored > 0 ? Words.Count("Undone", restored) : Words["AsBefore"], []);
            await desk.RefreshAsync();
        }
        catch (MailException failure)
        {
            desk.Notices.Fail(notice.Box, failure);
        }
    }

    /// <summary>Takes back one line of a message's story.</summary>
    public async Task UndoAsync(Box box, EmailId message, ModSeq change)
    {
        try
        {
            var result = await box.Account.UndoAsync(new Core.Changes.UndoRequest { Change = change, Messages = [message] }, desk.Closing);
            desk.Notices.Say(box, result.Restored > 0 ? Words.Count("Undone", result.Restored) : Words["NothingUndone"], result.Change is { } own ? [own] : []);
            await desk.RefreshAsync();
        }
        catch (MailException failure)
        {
            desk.Notices.Fail(box, failure);
        }
    }

    private async Task MoveAsync(IReadOnlyCollection<MailKey> keys, SpecialUse use, string done) => await RunAsync(keys, async box =>
    {
        var undo = new List<ModSeq>();
        var target = await box.FolderOfAsync(use, desk.Closing);
        foreach (var (folder, uids) in ByFolder(keys))
            if (folder != target.Id)
                Note(undo, (await box.Account.MoveAsync(folder, uids, target.Id, desk.Closing)).ModSeq);
        return (Words.Count(done, keys.Count), undo);
    });

    private Task FlagAsync(IReadOnlyCollection<MailKey> keys, FlagOperation operation, MessageFlags flag, string done) => RunAsync(keys, async box =>
    {
        var undo = new List<ModSeq>();
        foreach (var (folder, uids) in ByFolder(keys))
            Note(undo, (await box.Account.StoreFlagsAsync(folder, uids, operation, new FlagNames(flag, []), null, desk.Closing)).ModSeq);
        // One star more or less is seen by itself.
        return (keys.Count > 1 ? Words.Count(done, keys.Count) : "", undo);
    });

    private async Task RunAsync(IReadOnlyCollection<MailKey> keys, Func<Box, Task<(string Done, List<ModSeq> Undo)>> act)
    {
        if (desk.Box is not { } box || keys.Count == 0)
            return;
        try
        {
            var (done, undo) = await act(box);
            undo.Reverse();
            desk.Selection.Clear();
            if (done.Length > 0)
                desk.Notices.Say(box, done, undo);
        }
        catch (MailException failure)
        {
            desk.Notices.Fail(box, failure);
        }

        await desk.RefreshAsync();
    }

    private static void Note(List<ModSeq> undo, ModSeq? change)
    {
        if (change is { } made)
            undo.Add(made);
    }

    private static IEnumerable<(MailboxId Folder, IReadOnlyList<Uid> Uids)> ByFolder(IReadOnlyCollection<MailKey> keys) =>
        keys.GroupBy(key => key.Mailbox).Select(group => (group.Key, (IReadOnlyList<Uid>)[.. group.Select(key => key.Uid).Order()]));
}
