using System.Globalization;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Changes.History;

/// <summary>
/// Finds messages by the names that people have for them. What was destroyed is found by the names that its entry of the
/// log has kept (<see cref="Destruction"/>).
/// </summary>
internal static class MessageNames
{
    public static IReadOnlyList<EmailId> Find(IMailReader reader, string name)
    {
        var typed = name.Trim();
        if (reader.FindByObjectId(typed) is { } known)
            return [known];
        var id = typed.Trim('<', '>');
        if (MessageLookup.ByMessageId(reader, id).Select(found => found.Message).ToList() is { Count: > 0 } named)
            return named;
        return typed.LastIndexOf(MailboxName.Separator) is > 0 and var slash
            && uint.TryParse(typed.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            && MailboxName.TryParse(typed[..slash], out var folder)
                ? At(reader, folder, new Uid(uid))
                : Destroyed(reader, id);
    }

    /// <summary>What is there now, or else what was there last.</summary>
    private static IReadOnlyList<EmailId> At(IMailReader reader, MailboxName folder, Uid uid)
    {
        if (reader.Mailboxes().FirstOrDefault(row => row.Name == folder) is { } present && reader.Placement(present.Id, uid) is { } placement)
            return [placement.Email];
        var folders = new FoldersThen(reader.Mailboxes());
        foreach (var change in LogBackwards.Read(reader))
        {
            folders.Before(change);
            foreach (var item in change.Items)
                if ((item.Uid == uid && IsNamed(folders, change.Mailbox, folder)) || (item.OtherUid == uid && IsNamed(folders, change.Other, folder)))
                    return [item.Email];
        }

        return [];
    }

    private static bool IsNamed(FoldersThen folders, MailboxId? id, MailboxName name) =>
        string.Equals(folders.NameOf(id), name.Value, StringComparison.Ordinal);

    private static List<EmailId> Destroyed(IMailReader reader, string name) =>
    [
        .. LogBackwards.Read(reader)
            .Where(change => change is { Kind: ChangeKind.Destroyed, Text: not null })
            .SelectMany(change => change.Items.Zip(change.Text!.Split('\n')))
            .Where(destroyed => destroyed.Second.Split(' ', 2).Contains(name, StringComparer.Ordinal))
            .Select(destroyed => destroyed.First.Email),
    ];
}
