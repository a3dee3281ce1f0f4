using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Changes;

/// <summary>Collects what an undo does and what it leaves, with the names for it, as of the moment within the unit.</summary>
internal sealed class UndoOutcome(IMailTransaction transaction)
{
    private readonly List<UndoneItem> _folderItems = [];
    private readonly List<UndoneItem> _messageItems = [];
    private readonly List<UndoConflict> _conflicts = [];
    private readonly List<string> _folders = [];
    private int _alreadySo;

    public int Restored { get; private set; }
    public int Conflicts => _conflicts.Count;
    public bool HasDone => Restored > 0 || _folderItems.Count > 0;

    public void Add(UndoneWay way, EmailId message, MailboxId folder)
    {
        Restored++;
        if (_messageItems.Count < UndoResult.ItemsAtMost)
            _messageItems.Add(new UndoneItem(way, Subject(message), transaction.Mailbox(folder)?.Name.Value));
    }

    public void Add(UndoneWay way, string folder, string? former = null)
    {
        _folderItems.Add(new UndoneItem(way, folder, former));
        if (way is UndoneWay.FolderMade)
            _folders.Add(folder);
    }

    public void LeaveAsIs() => _alreadySo++;

    public void Conflict(EmailId message, UndoObstacle obstacle, ChangeRow? by) => Conflict(Subject(message), obstacle, by);

    public void Conflict(string what, UndoObstacle obstacle, ChangeRow? by) =>
        _conflicts.Add(new UndoConflict(what, obstacle, by?.Actor, by?.At));

    public UndoResult Result(ModSeq? change) =>
        new(change, Restored, _alreadySo, _folders, [.. _folderItems, .. _messageItems], _conflicts);

    private string Subject(EmailId email) =>
        transaction.Messages([email], MessageNeeds.Envelope) is [var row]
            && CompactForm.TryReadEnvelope(row.Envelope)?.Subject is { } subject
            ? DecodedText.Header(subject.Span)
            : "";
}
