using System.Runtime.CompilerServices;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Mime;
using Casella.Web.Reading;

namespace Casella.Web.Space;

/// <summary>One folder of an archive, and which of its messages go into it.</summary>
/// <param name="Sender">Address of who has written what is wanted; null for everybody.</param>
internal sealed record ArchivePart(MailAccount Mail, MailboxInfo Folder, IReadOnlyList<Placement> Wanted, KeywordList Keywords, string? Sender)
{
    /// <summary>Its name as a path within the archive, which every system can unpack.</summary>
    public string Path => string.Concat(Folder.Name.Value.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '/' ? c : '_'));

    public async IAsyncEnumerable<ArchivedMail> ReadAsync(ArchiveMeter meter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var data in Mail.ReadAsync(Wanted, MessageNeeds.Envelope, cancellationToken))
        {
            var envelope = CompactForm.TryReadEnvelope(data.Envelope);
            var from = envelope is null ? null : Correspondent.FirstOf(envelope.From);
            var isWanted = Sender is null || string.Equals(from?.Address, Sender, StringComparison.OrdinalIgnoreCase);
            if (isWanted)
                yield return new ArchivedMail(
                    data.Placement, from?.Short ?? "", envelope?.Subject is { } raw ? DecodedText.Header(raw.Span).Trim() : "");
            meter.Pass(data.Placement.Size, isWanted);
        }
    }
}

internal sealed record ArchivedMail(Placement Placement, string From, string Subject)
{
    public DateTimeOffset ReceivedAt => DateTimeOffset.FromUnixTimeSeconds(Placement.ReceivedAt);
}

/// <summary>Tells now and then how far an archive is; said at each message it would be the work of the page.</summary>
internal sealed class ArchiveMeter(Action<ExportProgress> tell, long total)
{
    private long _said;
    private long _size;
    private int _messages;
    private bool _isOver;

    public void Pass(long size, bool isWritten)
    {
        (_size, _messages) = (_size + size, _messages + (isWritten ? 1 : 0));
        if ((_size - _said) * 100 < total)
            return;
        _said = _size;
        tell(new ExportProgress(_messages, _size, total, IsOver: false, IsWhole: false));
    }

    public void End(bool isWhole)
    {
        if (_isOver)
            return;
        _isOver = true;
        tell(new ExportProgress(_messages, _size, total, IsOver: true, isWhole));
    }
}
