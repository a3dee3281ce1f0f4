using Casella.Core.Mailboxes;

namespace Casella.Web.Desk;

/// <summary>What folders are called on the page: those with a use by the reader's own word, others by their name.</summary>
internal static class FolderWords
{
    /// <summary>In which folders stand in the tree: what is used most first.</summary>
    public static int OrderOf(MailboxInfo folder) => folder.Name.IsInbox ? 0 : folder.SpecialUse switch
    {
        SpecialUse.Drafts => 1,
        SpecialUse.Sent => 2,
        SpecialUse.Archive => 3,
        SpecialUse.Junk => 4,
        SpecialUse.Trash => 5,
        _ => 6,
    };

    public static string NameOf(MailboxInfo folder, Words words) => folder.Name.IsInbox ? words["FolderInbox"] : folder.SpecialUse switch
    {
        SpecialUse.Drafts => words["FolderDrafts"],
        SpecialUse.Sent => words["FolderSent"],
        SpecialUse.Archive => words["FolderArchive"],
        SpecialUse.Junk => words["FolderJunk"],
        SpecialUse.Trash => words["FolderTrash"],
        _ => LastLevel(folder.Name),
    };

    /// <summary>The name of a folder by the name that the tree has, for one that is found by it.</summary>
    public static string NameOf(string name, MailboxTree tree, Words words) =>
        MailboxName.TryParse(name, out var parsed) && tree.Find(parsed) is { } folder ? NameOf(folder, words) : name;

    public static string IconOf(MailboxInfo folder) => folder.Name.IsInbox ? "inbox" : folder.SpecialUse switch
    {
        SpecialUse.Drafts => "draft",
        SpecialUse.Sent => "sent",
        SpecialUse.Archive => "archive",
        SpecialUse.Junk => "spam",
        SpecialUse.Trash => "trash",
        _ => "folder",
    };

    /// <summary>What a folder is called when the server makes it (as a new account has it).</summary>
    public static string StandardName(SpecialUse use) => use is SpecialUse.Junk ? "SPAM" : use.ToString();

    private static string LastLevel(MailboxName name) => name.Value[(name.Value.LastIndexOf(MailboxName.Separator) + 1)..];
}
