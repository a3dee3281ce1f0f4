using Casella.Core.Mailboxes;
using Casella.Web.Writing;

namespace Casella.Web.Desk;

/// <summary>What folders are called on the page: those with a use by the reader's own word, others by their name.</summary>
internal static class FolderWords
{
    /// <summary>In which folders stand in the tree: what is used most first.</summary>
    public static int OrderOf(MailboxInfo folder) => folder.Name.IsInbox ? 0 : TemplateShelf.IsShelf(folder) ? 2 : folder.SpecialUse switch
    {
        SpecialUse.Drafts => 1,
        SpecialUse.Sent => 3,
        SpecialUse.Archive => 4,
        SpecialUse.Junk => 5,
        SpecialUse.Trash => 6,
        _ => 7,
    };

    /// <summary>As the tree shows them: those with a use first, then by name, each followed by those below it.</summary>
    public static IReadOnlyList<MailboxInfo> InOrder(MailboxTree tree, Words words)
    {
        var names = StringComparer.Create(words.Culture, ignoreCase: true);
        var known = tree.Mailboxes.Select(folder => folder.Name).ToHashSet();
        var byParent = tree.Mailboxes.ToLookup(folder => folder.Name.Parent is { } parent && known.Contains(parent) ? parent.Value : "", StringComparer.Ordinal);
        var (ordered, waiting) = (new List<MailboxInfo>(), new Stack<MailboxInfo>(Reversed("")));
        while (waiting.TryPop(out var folder))
        {
            ordered.Add(folder);
            foreach (var below in Reversed(folder.Name.Value))
                waiting.Push(below);
        }

        return ordered;

        IEnumerable<MailboxInfo> Reversed(string parent) => byParent[parent].OrderBy(OrderOf).ThenBy(folder => folder.Name.Value, names).Reverse();
    }

    public static string NameOf(MailboxInfo folder, Words words) => folder.Name.IsInbox ? words["FolderInbox"] : TemplateShelf.IsShelf(folder) ? words["FolderTemplates"] : folder.SpecialUse switch
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

    public static string IconOf(MailboxInfo folder) => folder.Name.IsInbox ? "inbox" : TemplateShelf.IsShelf(folder) ? "template" : folder.SpecialUse switch
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
