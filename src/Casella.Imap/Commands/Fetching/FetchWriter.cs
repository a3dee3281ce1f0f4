using System.Buffers;
using System.Text;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Formats.Mime;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Fetching;

/// <summary>
/// Writes the FETCH response of one message (RFC 9051 §7.5.2): first what is in memory, then what is stored beside it,
/// last the bytes of the message, by range.
/// </summary>
internal sealed class FetchWriter(ImapSession session, MailboxView view, FetchItems items)
{
    private readonly ImapWriter _writer = session.Writer;
    private bool _isFirst;

    /// <summary>
    /// BINARY was asked of a part whose transfer encoding nobody knows: its message has been left out (RFC 3516 §4.3).
    /// </summary>
    public bool HasUnknownEncoding { get; private set; }

    private readonly bool _needsEnvelope = items.Attributes.HasFlag(FetchAttributes.Envelope);
    private readonly bool _needsStructure = (items.Attributes & (FetchAttributes.Structure | FetchAttributes.Body)) != FetchAttributes.None
        || items.Bodies.Any(body => body.Section.Part.Length > 0);

    /// <summary>One whose items need nothing but the placement.</summary>
    public void Write(int number, Placement placement)
    {
        Begin(number, placement);
        _writer.Raw(")\r\n"u8);
    }

    /// <param name="data">What was read of it.</param>
    /// <param name="content">Its bytes, or null when no item needs them.</param>
    /// <exception cref="MailException">Damaged: nothing has been written of this message.</exception>
    public async ValueTask WriteAsync(
        int number, MessageData data, MessageContent? content, CancellationToken cancellationToken)
    {
        // Read before the first octet is written: half an answer could not be taken back.
        var stored = Read(data);
        if (items.Bodies.Any(body =>
            body.Form != BodyForm.Transferred && !DecodedSection.CanDecode(stored.Find(body.Section))))
        {
            HasUnknownEncoding = true;
            return;
        }

        Begin(number, data.Placement);
        WriteStored(stored);
        WriteKept(data);
        foreach (var body in items.Bodies)
            await WriteBodyAsync(body, data, new OpenMessage(content, stored.Structure), cancellationToken);
        _writer.Raw(")\r\n"u8);
        await _writer.FlushIfLargeAsync(cancellationToken);
    }

    private void Begin(int number, Placement placement)
    {
        _isFirst = true;
        if (session.Enabled.UidOnly)
            _writer.Raw("* "u8).Number(placement.Uid.Value).Raw(" UIDFETCH ("u8);
        else
            _writer.Raw("* "u8).Number(number).Raw(" FETCH ("u8);
        WritePlacement(placement);
    }

    private Stored Read(MessageData data)
    {
        try
        {
            return new Stored(
                _needsEnvelope ? CompactForm.ReadEnvelope(data.Envelope) : null,
                _needsStructure ? CompactForm.ReadStructure(data.Structure) : null);
        }
        catch (FormatException damaged)
        {
            throw new MailException(MailError.Damaged, $"message {data.Placement.Email}", damaged);
        }
    }

    private void WritePlacement(Placement placement)
    {
        var attributes = items.Attributes;
        // UIDFETCH begins with it (RFC 9586).
        if (attributes.HasFlag(FetchAttributes.Uid) && !session.Enabled.UidOnly)
            Item("UID "u8).Number(placement.Uid.Value);
        if (attributes.HasFlag(FetchAttributes.Flags))
            Item("FLAGS "u8).Flags(placement.Flags, view.Latest.Keywords, session.ShowsRecent(placement.Uid));
        if (attributes.HasFlag(FetchAttributes.InternalDate))
            Item("INTERNALDATE "u8).DateTime(placement.ReceivedAt);
        if (attributes.HasFlag(FetchAttributes.SaveDate))
            Item("SAVEDATE "u8).DateTime(placement.SavedAt);
        if (attributes.HasFlag(FetchAttributes.Size))
            Item("RFC822.SIZE "u8).Number(placement.Size);
        if (attributes.HasFlag(FetchAttributes.ModSeq))
            Item("MODSEQ ("u8).Number(placement.ModSeq.Value).Byte((byte)')');
    }

    private void WriteStored(Stored stored)
    {
        if (stored.Envelope is { } envelope)
            Item("ENVELOPE "u8).Envelope(envelope);
        if (items.Attributes.HasFlag(FetchAttributes.Structure))
            Item("BODYSTRUCTURE "u8).Body(stored.Structure!, isExtensible: true);
        if (items.Attributes.HasFlag(FetchAttributes.Body))
            Item("BODY "u8).Body(stored.Structure!, isExtensible: false);
    }

    private void WriteKept(MessageData data)
    {
        if (items.Attributes.HasFlag(FetchAttributes.EmailId))
            Item("EMAILID ("u8).Text(data.Facts!.ObjectId).Byte((byte)')');
        if (items.Attributes.HasFlag(FetchAttributes.ThreadId))
            Item("THREADID ("u8).Text(ObjectIds.Of(view.Account.Id, data.Facts!.Thread)).Byte((byte)')');
        if (items.Attributes.HasFlag(FetchAttributes.Preview))
            Item("PREVIEW "u8).String(Encoding.UTF8.GetBytes(data.Preview!));
    }

    private async ValueTask WriteBodyAsync(BodyItem item, MessageData data, OpenMessage message, CancellationToken cancellationToken)
    {
        Item(default).Text(item.Label).Space();
        var section = item.Section;
        if (section.IsTopHeader)
        {
            WriteHeader(item, data.Header.Span);
            return;
        }

        if (message.Range(section) is not { } range)
        {
            // RFC 9051 §6.4.5: a section that is not there.
            _writer.Raw(item.Form == BodyForm.DecodedSize ? "0"u8 : "NIL"u8);
            return;
        }

        if (item.Form != BodyForm.Transferred)
        {
            var decoded = new DecodedSection(message.Content!, range, message.Find(section));
            await WriteDecodedAsync(item, decoded, cancellationToken);
            return;
        }

        if (section.Text is SectionText.HeaderFields or SectionText.HeaderFieldsNot)
        {
            await WriteHeaderOfPartAsync(item, message.Content!, range, cancellationToken);
            return;
        }

        await CopyAsync(message.Content!, SectionRange.Cut(range, item.Partial), cancellationToken);
    }

    /// <summary>The octets of a header in memory, or the fields of it that are asked for.</summary>
    private void WriteHeader(BodyItem item, ReadOnlySpan<byte> header)
    {
        var section = item.Section;
        if (section.Text is SectionText.HeaderFields or SectionText.HeaderFieldsNot)
        {
            var selected = new ArrayBufferWriter<byte>(512);
            HeaderSection.Select(header, section.Fields, section.Text == SectionText.HeaderFieldsNot, selected);
            header = selected.WrittenSpan;
        }

        var range = SectionRange.Cut(new Partial(0, header.Length), item.Partial);
        header = header.Slice((int)range.Offset, (int)range.Count);
        _writer.LiteralHeader(header.Length).Raw(header);
    }

    private async ValueTask WriteHeaderOfPartAsync(BodyItem item, MessageContent content, Partial range, CancellationToken cancellationToken)
    {
        try
        {
            WriteHeader(item, (await content.ReadAsync(range.Offset, range.Count, cancellationToken)).Span);
        }
        catch (MailException damaged)
        {
            throw Abort(damaged);
        }
    }

    private async ValueTask WriteDecodedAsync(BodyItem item, DecodedSection decoded, CancellationToken cancellationToken)
    {
        try
        {
            var (size, hasNul) = await decoded.MeasureAsync(item.Partial, cancellationToken);
            if (item.Form == BodyForm.DecodedSize)
            {
                _writer.Number(size);
                return;
            }

            // RFC 3516 §4.3: literal8 only where there is NUL.
            if (hasNul)
                _writer.Byte((byte)'~');
            _writer.LiteralHeader(SectionRange.Cut(new Partial(0, size), item.Partial).Count);
            await foreach (var piece in decoded.ReadAsync(item.Partial, cancellationToken))
            {
                _writer.Raw(piece.Span);
                await _writer.FlushIfLargeAsync(cancellationToken);
            }
        }
        catch (MailException damaged)
        {
            throw Abort(damaged);
        }
    }

    private async ValueTask CopyAsync(MessageContent content, Partial range, CancellationToken cancellationToken)
    {
        _writer.LiteralHeader(range.Count);
        try
        {
            await content.CopyToAsync(_writer.Output, range.Offset, range.Count, cancellationToken);
        }
        catch (MailException damaged)
        {
            throw Abort(damaged);
        }
    }

    /// <summary>Within an answer nothing can be said any more: what follows would be taken for the message.</summary>
    private IOException Abort(MailException damaged)
    {
        session.Connection.Abort();
        return new IOException("A message could not be read to its end.", damaged);
    }

    private ImapWriter Item(ReadOnlySpan<byte> name)
    {
        if (!_isFirst)
            _writer.Space();
        _isFirst = false;
        return _writer.Raw(name);
    }

    /// <summary>What is stored beside a message, as far as it is needed.</summary>
    private readonly record struct Stored(Envelope? Envelope, BodyPart? Structure)
    {
        /// <summary>The part of a section; null for the message itself, and where there is none.</summary>
        public BodyPart? Find(BodySection section) =>
            section.Part.Length == 0 || Structure is null ? null : PartLocator.Find(Structure, section.Part);
    }

    /// <summary>A message's bytes and its structure, as far as they were needed.</summary>
    private readonly record struct OpenMessage(MessageContent? Content, BodyPart? Structure)
    {
        /// <summary>Where a section stands in the message, or null when there is none.</summary>
        public Partial? Range(BodySection section) => SectionRange.Of(Content!, Structure, section);

        public BodyPart? Find(BodySection section) => new Stored(null, Structure).Find(section);
    }
}
