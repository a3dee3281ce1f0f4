using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Web.Desk;

/// <summary>What can be done to the folders of the open mailbox, each told in a notice with Undo.</summary>
internal sealed class FolderActs(MailDesk desk, Visit visit)
{
    private Words Words => visit.Words;

    /// <summary>A folder of people's own: no special one, not INBOX, and not where the templates are looked for.</summary>
    public static bool IsOwn(MailboxInfo folder) => folder.SpecialUse is SpecialUse.None && !folder.Name.IsInbox && !Writing.TemplateShelf.IsShelf(folder);

    /// <summary>For all who work here, and subscribed, so that every program shows it.</summary>
    public Task CreateAsync(string name, MailboxInfo? inside) => RunAsync(async box =>
    {
        var full = NameIn(inside, name);
        await box.Account.CreateMailboxAsync(full, SpecialUse.None, desk.Closing);
        await box.Account.SetSubscribedAsync(full, subscribed: true, desk.Closing);
        return null;
    });

    /// <summary>Another name, another place, or both.</summary>
    /// <param name="inside">The folder it is in from now on; null for the top.</param>
    public Task RenameAsync(MailboxInfo folder, string name, MailboxInfo? inside) => RunAsync(async box =>
        await box.Account.Folders.RenameAsync(folder.Name, NameIn(inside, name), desk.Closing) is { } change
            ? new Done(Words["FolderRenamed", FolderWords.NameOf(folder, Words), name.Trim()], change)
            : null);

    /// <summary>A folder was dropped on another, or beside all (null).</summary>
    public Task PutIntoAsync(MailboxInfo folder, MailboxInfo? target)
    {
        if (target == folder || (target is not null && target.Name.IsBelow(folder.Name)))
            return Task.CompletedTask;
        return target?.SpecialUse is SpecialUse.Trash ? TrashAsync(folder) : RunAsync(async box =>
        {
            var name = FolderWords.NameOf(folder, Words);
            return await box.Account.Folders.RenameAsync(folder.Name, NameIn(target, name), desk.Closing) is { } change
                ? new Done(target is null ? Words["FolderAtTop", name] : Words["FolderInside", name, FolderWords.NameOf(target, Words)], change)
                : null;
        });
    }

    public Task TrashAsync(MailboxInfo folder) => RunAsync(async box =>
    {
        var gone = await box.Account.Folders.TrashAsync(folder.Name, desk.Closing);
        return new Done(Words.Count("FolderTrashed", gone.Messages, FolderWords.NameOf(folder, Words)), gone.Change);
    });

    public Task SubscribeAsync(MailboxInfo folder, bool isSubscribed) => RunAsync(async box =>
    {
        await box.Account.SetSubscribedAsync(folder.Name, isSubscribed, desk.Closing);
        return null;
    });

    /// <summary>All in it is read, or what is in Trash or SPAM goes.</summary>
    public Task EmptyAsync(MailboxInfo folder) => RunAsync(async box =>
    {
        var gone = await box.Account.ExpungeAsync(folder.Id, null, onlyDeleted: false, desk.Closing);
        return gone.ModSeq is { } change ? new Done(Words.Count("FolderEmptied", gone.Expunged.Count, FolderWords.NameOf(folder, Words)), change) : null;
    });

    public Task ReadAllAsync(MailboxInfo folder) => RunAsync(async box =>
    {
        var snapshot = await box.Account.GetSnapshotAsync(folder.Id, desk.Closing);
        var unread = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Where(one => !one.Flags.Has(MessageFlags.Seen)).Select(one => one.Uid).ToList();
        var stored = await box.Account.StoreFlagsAsync(folder.Id, unread, FlagOperation.Add, new FlagNames(MessageFlags.Seen, []), null, desk.Closing);
        return stored.ModSeq is { } change ? new Done(Words.Count("DoneRead", unread.Count), change) : null;
    });

    /// <summary>A doubled folder is merged into that of its special use.</summary>
    public Task MergeAsync(DoubledFolder doubled) => RunAsync(async box =>
    {
        var merged = await box.Account.Folders.MergeAsync(doubled.Name, desk.Closing);
        return new Done(Words.Count("FolderMerged", merged.Folder.Messages, doubled.Name.Value), merged.Change);
    });

    public Task KeepApartAsync(DoubledFolder doubled) => RunAsync(async box =>
    {
        if (box.Tree.Find(doubled.Name) is { } folder)
            await box.Account.Folders.KeepApartAsync(folder.Id, desk.Closing);
        return null;
    });

    private static MailboxName NameIn(MailboxInfo? parent, string name)
    {
        var own = name.Trim();
        // A level that somebody types would be a folder that somebody else wonders about.
        if (own.Contains(MailboxName.Separator, StringComparison.Ordinal))
            throw new MailException(MailError.InvalidMailboxName, own);
        return MailboxName.Parse(parent is null ? own : $"{parent.Name.Value}{MailboxName.Separator}{own}");
    }

    private async Task RunAsync(Func<Box, Task<Done?>> act)
    {
        if (desk.Box is not { } box)
            return;
        try
        {
            if (await act(box) is { } done)
                desk.Notices.Say(box, done.Text, [done.Change]);
        }
        catch (MailException failure)
        {
            desk.Notices.Fail(box, failure);
        }

        await desk.RefreshAsync();
    }

    private sealed record Done(string Text, ModSeq Change);
}
