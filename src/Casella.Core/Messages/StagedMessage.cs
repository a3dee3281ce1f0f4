using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Messages;

/// <summary>
/// A whole message outside any mailbox: immutable, readable any number of times, one owner who disposes it.
/// </summary>
public sealed class StagedMessage : IAsyncDisposable
{
    private readonly IReadOnlyList<StagedPiece> _pieces;
    private readonly string? _ownedFile;
    private readonly Lazy<ParsedMessage> _parsed;

    internal StagedMessage(IReadOnlyList<StagedPiece> pieces, string? ownedFile, ParsedMessage? parsed = null)
    {
        (_pieces, _ownedFile) = (pieces, ownedFile);
        Size = pieces.Sum(piece => piece.Length);
        _parsed = parsed is not null ? new Lazy<ParsedMessage>(parsed) : new Lazy<ParsedMessage>(() =>
        {
            using var content = OpenRead();
            return MessageParser.Parse(content);
        });
    }

    public long Size { get; }

    /// <summary>What the message tells about itself; computed once, however many mailboxes it goes to.</summary>
    public ParsedMessage Parsed => _parsed.Value;

    /// <summary>
    /// The body as the store last prepared it: a delivery to several mailboxes compresses and hashes once.
    /// </summary>
    internal PreparedBody? Prepared { get; set; }

    /// <summary>The content as one stream from the first byte (prefix included).</summary>
    public Stream OpenRead() => _pieces is [StagedPiece.Bytes only]
        ? only.OpenRead()
        : new StagedStream(_pieces);

    /// <summary>The top header with its empty line.</summary>
    public byte[] ReadHeader()
    {
        var header = new byte[Parsed.HeaderSize];
        using var content = OpenRead();
        content.ReadExactly(header);
        return header;
    }

    /// <summary>
    /// A view of this message with bytes before it (trace fields: Return-Path, Received). Shares the content; dispose
    /// only the original.
    /// </summary>
    public StagedMessage WithPrefix(ReadOnlyMemory<byte> prefix) => new([new StagedPiece.Bytes(prefix), .. _pieces], null);

    /// <summary>A view with the top header replaced (submission: Date and Message-ID added, Bcc removed).</summary>
    public StagedMessage WithHeader(ReadOnlyMemory<byte> header, int oldHeaderSize) => new(Replaced(header, oldHeaderSize), null);

    /// <summary>
    /// The same where only fields differ that the envelope and the structure do not show: what was found out of the
    /// message stays, and it is not read again.
    /// </summary>
    internal StagedMessage WithOtherFields(ReadOnlyMemory<byte> header) =>
        new(Replaced(header, Parsed.HeaderSize), null, Parsed.WithHeaderOf(header.Length));

    /// <summary>A view of which runs are this message's and the rest somebody's own; the runs in their order.</summary>
    internal StagedMessage Made(IReadOnlyList<MessagePiece> pieces) => new(
        [.. pieces.SelectMany(piece => piece.Count > 0 ? Slice(piece.Offset, piece.Count) : [new StagedPiece.Bytes(piece.Own)])], null);

    public ValueTask DisposeAsync()
    {
        if (_ownedFile is not null)
            File.Delete(_ownedFile);
        return ValueTask.CompletedTask;
    }

    private IEnumerable<StagedPiece> Slice(long offset, long count)
    {
        foreach (var piece in _pieces)
        {
            var (skip, take) = (Math.Clamp(offset, 0, piece.Length), Math.Min(piece.Length, offset + count));
            if (take > skip)
                yield return piece.From(skip).To(take - skip);
            offset -= piece.Length;
        }
    }

    private List<StagedPiece> Replaced(ReadOnlyMemory<byte> header, int oldHeaderSize)
    {
        var pieces = new List<StagedPiece> { new StagedPiece.Bytes(header) };
        long skip = oldHeaderSize;
        foreach (var piece in _pieces)
        {
            if (skip >= piece.Length)
            {
                skip -= piece.Length;
                continue;
            }

            pieces.Add(piece.From(skip));
            skip = 0;
        }

        return pieces;
    }
}

/// <summary>A run of a staged message's bytes: in memory, or in its temporary file.</summary>
internal abstract record StagedPiece(long Length)
{
    public abstract Stream OpenRead();

    /// <summary>The piece without its first bytes.</summary>
    public abstract StagedPiece From(long offset);

    /// <summary>Its first bytes.</summary>
    public abstract StagedPiece To(long count);

    public sealed record Bytes(ReadOnlyMemory<byte> Memory) : StagedPiece(Memory.Length)
    {
        public override Stream OpenRead() =>
            System.Runtime.InteropServices.MemoryMarshal.TryGetArray(Memory, out var array)
                ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false, publiclyVisible: true)
                : new MemoryStream(Memory.ToArray(), writable: false);

        public override StagedPiece From(long offset) => new Bytes(Memory[(int)offset..]);

        public override StagedPiece To(long count) => new Bytes(Memory[..(int)count]);
    }

    public sealed record FilePart(string File, long Offset, long Count) : StagedPiece(Count)
    {
        public override Stream OpenRead()
        {
            var file = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024);
            file.Position = Offset;
            return file;
        }

        public override StagedPiece From(long offset) => new FilePart(File, Offset + offset, Count - offset);

        public override StagedPiece To(long count) => new FilePart(File, Offset, count);
    }
}

/// <summary>Reads the pieces one after the other.</summary>
internal sealed class StagedStream(IReadOnlyList<StagedPiece> pieces) : Stream
{
    private int _index = -1;
    private Stream? _current;
    private long _left;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => pieces.Sum(piece => piece.Length);
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_left == 0)
            {
                _current?.Dispose();
                if (++_index >= pieces.Count)
                    return 0;
                (_current, _left) = (pieces[_index].OpenRead(), pieces[_index].Length);
                continue;
            }

            var read = _current!.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            if (read == 0)
                throw new EndOfStreamException("The staged file is shorter than it was.");
            _left -= read;
            return read;
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _current?.Dispose();
        base.Dispose(disposing);
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
