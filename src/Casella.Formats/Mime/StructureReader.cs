using MimeKit;

namespace Casella.Formats.Mime;

/// <summary>
/// Builds the structure while MimeKit's reader walks the bytes once: its callbacks give exact offsets, and nothing of
/// the message is kept but the headers of its parts (docs/adr/0006). Made by <see cref="MessageParser"/> for one
/// message.
/// </summary>
internal sealed class StructureReader : MimeReader
{
    /// <summary>Levels of multipart and message/rfc822; deeper ones are opaque leaves. Nobody writes ten.</summary>
    private const int MaxDepth = 100;

    /// <summary>Parts of one message; beyond, the whole message is one opaque leaf.</summary>
    private const int MaxParts = 10_000;

    private static readonly ParserOptions Lenient = new() { MaxMimeDepth = MaxDepth };

    private readonly Stack<OpenPart> _open = new();
    private readonly TextSample _sample;
    private List<HeaderField> _fields = [];
    private long _headersEnd;
    private int _parts;

    public StructureReader(Stream content, TextSample sample)
        : base(Lenient, content, MimeFormat.Entity) => _sample = sample;

    /// <summary>Set when the reader is done.</summary>
    public BodyPart? Root { get; private set; }

    /// <summary>The message's own header fields.</summary>
    public IReadOnlyList<HeaderField> TopFields { get; private set; } = [];

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => _fields = [];

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        // A line that is no field has a name MimeKit could not end: the whole line.
        if (header.RawValue is { } raw && header.RawField.AsSpan().TrimEnd(" \t"u8).IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0)
            _fields.Add(new HeaderField(header.Field.TrimEnd(), HeaderSection.Unfold(raw), 0, 0));
    }

    protected override void OnHeadersEnd(
        long beginOffset, int beginLineNumber, long endOffset, int endLineNumber, CancellationToken cancellationToken) =>
        _headersEnd = endOffset;

    protected override void OnMimeMessageBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (_open.Count == 0)
            TopFields = _fields;
        else
            _open.Peek().Envelope = EnvelopeReader.Read(_fields);
    }

    protected override void OnMimePartBegin(
        ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        Open(PartKind.Leaf, contentType, beginOffset);
        _sample.Begin(_open.Peek().Draft);
    }

    protected override void OnMimePartContentRead(byte[] content, int startIndex, int count, CancellationToken cancellationToken) =>
        _sample.Add(content.AsSpan(startIndex, count));

    protected override void OnMimePartContentEnd(
        long beginOffset, int beginLineNumber, long endOffset, int lines, NewLineFormat? newLineFormat, CancellationToken cancellationToken)
    {
        _sample.End();
        var part = _open.Peek();
        part.End = endOffset;
        part.Lines = lines;
    }

    protected override void OnMimePartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken) => Close();

    protected override void OnMessagePartBegin(
        ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Open(PartKind.Message, contentType, beginOffset);

    protected override void OnMessagePartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken) => Close(endOffset, lines);

    protected override void OnMultipartBegin(
        ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Open(PartKind.Multipart, contentType, beginOffset);

    protected override void OnMultipartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken) => Close(endOffset, lines);

    private void Open(PartKind kind, ContentType contentType, long offset)
    {
        if (++_parts > MaxParts)
            throw new TooManyPartsException();
        var draft = PartFields.Read(kind, contentType, _fields) with
        {
            HeaderOffset = offset,
            // The callback before this one; a message/rfc822 with nothing in it has had none.
            BodyOffset = Math.Max(_headersEnd, offset),
        };
        _open.Push(new OpenPart(draft));
    }

    private void Close(long end, long lines)
    {
        var part = _open.Peek();
        part.End = end;
        part.Lines = lines;
        Close();
    }

    private void Close()
    {
        var open = _open.Pop();
        var part = open.Finish();
        if (_open.TryPeek(out var parent))
            parent.Children.Add(part);
        else
            Root = part;
    }

    /// <summary>A part whose end is not reached yet.</summary>
    private sealed class OpenPart(BodyPart draft)
    {
        public BodyPart Draft { get; } = draft;
        public List<BodyPart> Children { get; } = [];
        public Envelope? Envelope { get; set; }
        public long End { get; set; }
        public long Lines { get; set; }

        public BodyPart Finish()
        {
            // A boundary line right after a part's header takes the header's line end with it.
            // MimeKit counts the lines of a part without a body as -1.
            var part = Draft with { BodySize = Math.Max(0, End - Draft.BodyOffset), Lines = Math.Max(0, Lines) };
            return part.Kind switch
            {
                PartKind.Multipart when Children.Count > 0 => part with { Children = Children },
                // The reader goes into more than that (text/rfc822-headers, message/external-body), for which IMAP has no
                // form with an envelope.
                PartKind.Message when !PartFields.IsMessage(part) => part with { Kind = PartKind.Leaf },
                PartKind.Message when Children.Count == 1 => part with { Children = Children, Envelope = Envelope },
                PartKind.Leaf => part,
                // RFC 9051 §9: a multipart has at least one part. Without any (no boundary, or none found) its text is
                // what there is.
                PartKind.Multipart => PartFields.AsText(part),
                PartKind.Message => PartFields.AsOpaque(part),
            };
        }
    }
}

/// <summary>The message has more parts than anybody can read.</summary>
internal sealed class TooManyPartsException() : Exception("The message has too many parts.");
