using System.Globalization;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// What a change of flags in one mailbox writes into the change log: what all see in one entry, one person's \Seen in
/// another.
/// </summary>
internal sealed class FlagChangeLog
{
    private readonly List<ChangedItem> _flags = [];
    private readonly List<ChangedItem> _seen = [];

    public void Flags(Placement before, MessageFlags after) =>
        _flags.Add(new ChangedItem(before.Uid, before.Email, before.Flags, after, null));

    public void Seen(Placement placement, bool isSeen) => _seen.Add(new ChangedItem(
        placement.Uid, placement.Email, isSeen ? MessageFlags.None : MessageFlags.Seen, isSeen ? MessageFlags.Seen : MessageFlags.None, null));

    /// <param name="reader">Whose \Seen it is.</param>
    /// <returns>False when nothing has changed.</returns>
    public bool Write(UnitOfWork unit, MailboxId mailbox, PersonId? reader)
    {
        if (_flags.Count > 0)
            unit.Log(ChangeKind.FlagsChanged, mailbox, null, _flags);
        if (_seen.Count > 0)
            unit.Log(ChangeKind.SeenByPerson, mailbox, null, _seen, reader!.Value.Value.ToString(CultureInfo.InvariantCulture));
        return _flags.Count + _seen.Count > 0;
    }
}
