using System.Collections;
using System.Globalization;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// What a change of flags in one mailbox writes into the change log: what all see in one entry, one person's \Seen in
/// another.
/// </summary>
internal sealed class FlagChangeLog
{
    private IReadOnlyList<ChangedItem> _many = [];
    private readonly List<ChangedItem> _flags = [];
    private readonly List<ChangedItem> _seen = [];

    public void Flags(Placement before, MessageFlags after) =>
        _flags.Add(new ChangedItem(before.Uid, before.Email, before.Flags, after, null));

    /// <summary>Many, in the same order before and after; nothing else is added then.</summary>
    public void Flags(IReadOnlyList<Placement> before, IReadOnlyList<Placement> after) => _many = new Changes(before, after);

    public void Seen(Placement placement, bool isSeen) => _seen.Add(new ChangedItem(
        placement.Uid, placement.Email, isSeen ? MessageFlags.None : MessageFlags.Seen, isSeen ? MessageFlags.Seen : MessageFlags.None, null));

    /// <param name="reader">Whose \Seen it is.</param>
    /// <returns>False when nothing has changed.</returns>
    public bool Write(UnitOfWork unit, MailboxId mailbox, PersonId? reader)
    {
        var flags = _many.Count > 0 ? _many : _flags;
        if (flags.Count > 0)
            unit.Log(ChangeKind.FlagsChanged, mailbox, null, flags);
        if (_seen.Count > 0)
            unit.Log(ChangeKind.SeenByPerson, mailbox, null, _seen, reader!.Value.Value.ToString(CultureInfo.InvariantCulture));
        return flags.Count + _seen.Count > 0;
    }

    /// <summary>The items, each made when it is read: a hundred thousand of them are 8 MB.</summary>
    private sealed class Changes(IReadOnlyList<Placement> before, IReadOnlyList<Placement> after) : IReadOnlyList<ChangedItem>
    {
        public int Count => before.Count;

        public ChangedItem this[int index] =>
            new(before[index].Uid, before[index].Email, before[index].Flags, after[index].Flags, null);

        public IEnumerator<ChangedItem> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
                yield return this[i];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
