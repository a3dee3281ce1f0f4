using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Messages.Threading;

namespace Casella.Web.Desk;

/// <summary>
/// A folder with one row for each conversation, where its newest message stands; the other messages of the folder hang
/// behind it. Positions only: the names and texts of a row are read when it is seen.
/// </summary>
internal sealed class ConversationRows : MailRows
{
    private readonly FolderRows _folder;
    private readonly ThreadMap _map;
    private readonly List<int> _heads = [];
    private readonly List<long> _threads = [];
    private readonly int[] _next;

    public ConversationRows(FolderRows folder, ThreadMap map)
    {
        (_folder, _map) = (folder, map);
        _next = new int[folder.Count];
        var last = new Dictionary<long, int>();
        for (var i = 0; i < folder.Count; i++)
        {
            _next[i] = -1;
            var thread = ThreadOf(folder[i].Placement.Email);
            if (last.TryGetValue(thread, out var before))
                _next[before] = i;
            else
            {
                _heads.Add(i);
                _threads.Add(thread);
            }

            last[thread] = i;
        }
    }

    public override int Count => _heads.Count;

    /// <summary>The newest message, with the marks of the whole: read when all are, starred and answered when one is.</summary>
    public override (MailboxId Mailbox, Placement Placement) this[int index]
    {
        get
        {
            var (mailbox, placement) = _folder[_heads[index]];
            var flags = placement.Flags;
            foreach (var one in Placements(index))
            {
                if (!one.Flags.Has(MessageFlags.Seen))
                    flags = flags.Without(MessageFlags.Seen);
                flags |= one.Flags & (MessageFlags.Flagged | MessageFlags.Answered);
            }

            return (mailbox, placement with { Flags = flags });
        }
    }

    public override int IndexOf(MailKey key) => _folder.IndexOf(key) is >= 0 and var at ? _threads.IndexOf(ThreadOf(_folder[at].Placement.Email)) : -1;

    public override IReadOnlyList<MailKey> Members(MailKey key)
    {
        if (IndexOf(key) is not (>= 0 and var index))
            return [key];
        var mailbox = key.Mailbox;
        return [.. Placements(index).Select(one => new MailKey(mailbox, one.Uid))];
    }

    /// <summary>Its messages in this folder, the newest first.</summary>
    public IEnumerable<Placement> Placements(int index)
    {
        for (var at = _heads[index]; at >= 0; at = _next[at])
            yield return _folder[at].Placement;
    }

    /// <summary>Null for a message that has come since the map was read; it stands alone until the next look.</summary>
    public ThreadId? ThreadAt(int index) => _threads[index] > 0 ? new ThreadId(_threads[index]) : null;

    private long ThreadOf(EmailId message) => _map.Of(message)?.Value ?? -message.Value;
}
