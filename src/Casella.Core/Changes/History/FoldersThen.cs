using Casella.Core.Mailboxes;
using Casella.Core.Storage;

namespace Casella.Core.Changes.History;

/// <summary>
/// What the folders of an account were called, for a reader that goes back through the log: it begins with the present
/// names, and each renaming and deletion that it passes gives the names from before.
/// </summary>
internal sealed class FoldersThen
{
    private readonly Dictionary<MailboxId, (MailboxName Name, SpecialUse Use)> _folders;

    public FoldersThen(IReadOnlyList<MailboxRow> present) =>
        _folders = present.ToDictionary(row => row.Id, row => (row.Name, FolderNames.UseOf(row.Name, row.SpecialUse)));

    /// <summary>Null for no folder, and for one of which the log no longer tells.</summary>
    public string? NameOf(MailboxId? folder) => folder is { } id && _folders.TryGetValue(id, out var known) ? known.Name.Value : null;

    public SpecialUse UseOf(MailboxId? folder) => folder is { } id && _folders.TryGetValue(id, out var known) ? known.Use : SpecialUse.None;

    /// <summary>Goes back to before a change. Called for every change, from the last on.</summary>
    public void Before(ChangeRow change)
    {
        if (change is { Kind: ChangeKind.MailboxDeleted, Mailbox: { } deleted, Text: { } text })
            _folders[deleted] = Messages.TreeChanges.ReadDeleted(text);
        else if (change is { Kind: ChangeKind.MailboxRenamed, Text: { } names } && names.Split('\n') is [var from, var to])
            Rename(MailboxName.Parse(to), MailboxName.Parse(from));
    }

    /// <summary>Renaming INBOX leaves it, and what is below, as it is (RFC 9051 §6.3.6).</summary>
    private void Rename(MailboxName present, MailboxName before)
    {
        if (before.IsInbox)
            return;
        foreach (var (id, (name, use)) in _folders.ToList())
            if (name == present || name.IsBelow(present))
                _folders[id] = (name.Renamed(present, before), use);
    }
}
