using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>Where UIDs stand in a snapshot, whether they exist or not.</summary>
internal static class SnapshotPositions
{
    /// <summary>Position of the first message with this UID or a higher one; Count when there is none.</summary>
    public static int AtOrAbove(this MailboxSnapshot snapshot, Uid uid)
    {
        var index = snapshot.IndexOf(uid);
        return index >= 0 ? index : ~index;
    }

    /// <summary>Position of the first message with a higher UID.</summary>
    public static int Above(this MailboxSnapshot snapshot, Uid uid)
    {
        var index = snapshot.IndexOf(uid);
        return index >= 0 ? index + 1 : ~index;
    }
}
