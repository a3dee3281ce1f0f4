using Casella.Core.Storage;

namespace Casella.Core.Changes.History;

/// <summary>
/// Reads the log from its end and makes entries of it: a change whose messages got different flags is several, adjacent
/// changes of one actor and kind are one.
/// </summary>
internal sealed class HistoryReading(IMailReader reader, HistoryRequest request)
{
    /// <summary>After a longer rest it is another piece of work.</summary>
    private static readonly TimeSpan AdjacentWithin = TimeSpan.FromMinutes(10);

    private readonly FoldersThen _folders = new(reader.Mailboxes());
    private readonly List<Piece> _pieces = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<HistoryEntry> Run()
    {
        foreach (var change in LogBackwards.Read(reader))
        {
            if (change.At < request.Since)
                break;
            if (request.Selects(change.Actor, change.At))
                Add(change);
            if (_pieces.Count > request.Limit)
            {
                _pieces.RemoveRange(request.Limit, _pieces.Count - request.Limit);
                break;
            }

            _folders.Before(change);
        }

        var keywords = reader.Keywords();
        return [.. Enumerable.Reverse(_pieces).Select(piece => Entry(piece, keywords))];
    }

    private void Add(ChangeRow change)
    {
        // Of a folder that a change has just ended the name is known after it only by its own text.
        if (change.Kind is ChangeKind.MailboxDeleted)
            _folders.Before(change);
        var deltas = change.Items.Count == 0
            ? [(default(FlagsDelta), Array.Empty<EmailId>())]
            : change.Items.GroupBy(item => FlagsDelta.Of(change.Kind, item), item => item.Email).Select(group => (group.Key, group.ToArray()));
        foreach (var (delta, messages) in deltas)
        {
            var key = new PieceKey(
                change.Kind, change.Actor, _folders.NameOf(change.Mailbox), _folders.NameOf(change.Other), delta, TextOf(change));
            if (_pieces is [.., var later] && later.Key == key && messages.Length > 0 && later.Since - change.At <= AdjacentWithin)
                later.Take(change, messages);
            else
                _pieces.Add(new Piece(key, change, messages));
        }
    }

    /// <summary>Beside messages a text is for undo and for finding them again, and differs from one change to the next.</summary>
    private static string? TextOf(ChangeRow change) => change.Items.Count > 0 ? null : change.Text;

    private HistoryEntry Entry(Piece piece, IReadOnlyList<string> keywords)
    {
        var (key, label) = (piece.Key, piece.Messages is [var only] ? MessageLabel.Read(reader, only) : null);
        return new HistoryEntry(piece.First, piece.Last, piece.Since, piece.Until, key.Actor)
        {
            Kind = key.Kind,
            Messages = piece.Messages.Count,
            Subject = label?.Subject,
            Sender = label?.Sender,
            Folder = key.Folder,
            OtherFolder = key.Other,
            Set = FlagsDelta.Names(key.Flags.Set, keywords),
            Cleared = FlagsDelta.Names(key.Flags.Cleared, keywords),
            Text = key.Text?.Split('\n') ?? [],
        };
    }

    private readonly record struct PieceKey(ChangeKind Kind, Actor Actor, string? Folder, string? Other, FlagsDelta Flags, string? Text);

    /// <summary>An entry that still grows into the past.</summary>
    private sealed class Piece(PieceKey key, ChangeRow last, IEnumerable<EmailId> messages)
    {
        public PieceKey Key => key;
        public List<EmailId> Messages { get; } = [.. messages];
        public ModSeq First { get; private set; } = last.ModSeq;
        public ModSeq Last => last.ModSeq;
        public DateTimeOffset Since { get; private set; } = last.At;
        public DateTimeOffset Until => last.At;

        public void Take(ChangeRow earlier, IEnumerable<EmailId> more)
        {
            Messages.AddRange(more);
            (First, Since) = (earlier.ModSeq, earlier.At);
        }
    }
}
