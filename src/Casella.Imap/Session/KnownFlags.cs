using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>
/// The flags of a view's messages as the client knew them when it sent its command: null where it cannot have, because
/// it has not been told, or what it is told was on its way to it at that moment (NOTIFY).
/// </summary>
/// <param name="read">What is newer the client had not read.</param>
internal sealed class KnownFlags(MailboxSnapshot announced, MailboxSnapshot latest, ModSeq read)
{
    public MessageFlags? this[Uid uid]
    {
        get
        {
            var snapshot = latest.IndexOf(uid) >= 0 ? latest : announced;
            if (snapshot.IndexOf(uid) is not (>= 0 and var at))
                return null;
            var placement = snapshot[at];
            return placement.ModSeq <= read ? placement.Flags : null;
        }
    }
}
