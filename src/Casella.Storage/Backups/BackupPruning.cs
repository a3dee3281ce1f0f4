using Casella.Core.Backups;

namespace Casella.Storage.Backups;

/// <summary>
/// Lets old backups of a folder go, and the pieces that no other backup names. The lists go first: a run that is cut
/// leaves pieces that nobody names, which the next one finds.
/// </summary>
internal sealed class BackupPruning(BackupFolder folder)
{
    /// <param name="keep">So many stay, the newest.</param>
    /// <exception cref="BackupException">A list that stays is damaged: then nothing goes, for nobody knows what it needs.</exception>
    public BackupsPruned Run(int keep)
    {
        var names = folder.Names();
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names.TakeLast(keep))
            Name(folder.Read(name), needed);
        foreach (var content in folder.ReadUnfinished().Mailboxes.Values)
            if (folder.TryReadMailbox(content) is { } mailbox)
                Name(content, mailbox, needed);
        var old = names.SkipLast(keep).ToList();
        folder.DeleteLists(old);
        var freed = 0L;
        foreach (var piece in folder.Pieces().Where(piece => !needed.Contains(piece.Name)))
        {
            freed += piece.Length;
            piece.Delete();
        }

        return new BackupsPruned(old, freed);
    }

    private void Name(BackupList list, HashSet<string> needed)
    {
        foreach (var mailbox in list.Mailboxes)
            Name(mailbox.Content, folder.ReadMailbox(mailbox), needed);
        needed.UnionWith(list.Files.SelectMany(file => file.Pieces));
        needed.UnionWith(list.QueueBlobs.Select(blob => blob.Sha256));
    }

    private static void Name(string content, MailboxList mailbox, HashSet<string> needed)
    {
        needed.Add(content);
        needed.UnionWith(mailbox.Databases.SelectMany(file => file.Pieces));
        needed.UnionWith(mailbox.Blobs.Select(blob => blob.Sha256));
    }
}
