using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using Casella.Formats.Mime;

namespace Casella.Imap.Syntax;

/// <summary>
/// Writes responses by the grammar of RFC 9051 §9 into the connection's pipe, without allocating: tokens go straight
/// into the pipe's memory. One for each session, used by its loop only. Composite rules (flags, envelope, dates) stand
/// in <see cref="ImapWriterRules"/>.
/// </summary>
internal sealed class ImapWriter(PipeWriter output)
{
    // Output is flushed when about this much waits (the slow client slows only itself), and asked of the pipe in pieces
    // of this size.
    private const int FlushThreshold = 32 * 1024;
    private const int Piece = 4 * 1024;

    // A longer text goes as a literal: some clients read quoted strings into small buffers.
    private const int LongestQuoted = 4 * 1024;

    private PipeWriter _output = output;
    private Memory<byte> _memory;
    private int _used;

    /// <summary>The pipe itself, for message bytes; what was written before is committed to it first.</summary>
    public PipeWriter Output
    {
        get
        {
            Commit();
            return _output;
        }
    }

    /// <summary>Goes on with another pipe, after STARTTLS and COMPRESS.</summary>
    public void Attach(PipeWriter output)
    {
        Commit();
        _output = output;
    }

    /// <summary>Octets as they are.</summary>
    public ImapWriter Raw(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var room = Reserve(Math.Min(octets.Length, Piece));
            var count = Math.Min(room.Length, octets.Length);
            octets[..count].CopyTo(room);
            _used += count;
            octets = octets[count..];
        }
        return this;
    }

    public ImapWriter Byte(byte octet)
    {
        Reserve(1)[0] = octet;
        _used++;
        return this;
    }

    public ImapWriter Space() => Byte((byte)' ');

    public ImapWriter Crlf() => Raw("\r\n"u8);

    /// <summary>ASCII text that is known to fit where it stands: words of the grammar, tags, response texts.</summary>
    public ImapWriter Text(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var count = Math.Min(text.Length, Piece);
            // Reserve may commit what is used: it must have run before "_used" is read.
            var room = Reserve(count);
            _used += Encoding.ASCII.GetBytes(text[..count], room);
            text = text[count..];
        }
        return this;
    }

    /// <summary>Text for people, in UTF-8 (RFC 5255 §3.5 resp-text).</summary>
    public ImapWriter Utf8Text(string text) => Raw(Encoding.UTF8.GetBytes(text));

    /// <summary>number / number64.</summary>
    public ImapWriter Number(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        _used += written;
        return this;
    }

    /// <summary>
    /// string: quoted when it is short printable ASCII, else a literal (RFC 9051 §4.3). NUL, which neither may hold,
    /// becomes "?".
    /// </summary>
    public ImapWriter String(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > LongestQuoted || octets.ContainsAnyExcept(ImapChars.QuotedText))
            return IsQuotable(octets) ? Quoted(octets) : Literal(octets);
        return Byte((byte)'"').Raw(octets).Byte((byte)'"');
    }

    /// <summary>nstring = string / nil.</summary>
    public ImapWriter Nstring(ReadOnlyMemory<byte>? octets) => octets is { } value ? String(value.Span) : Raw("NIL"u8);

    /// <summary>astring: an atom where it can be one, else a string.</summary>
    public ImapWriter Astring(ReadOnlySpan<byte> octets)
    {
        var isAtom = !octets.IsEmpty && !octets.ContainsAnyExcept(ImapChars.Astring) && !Ascii.EqualsIgnoreCase(octets, "NIL"u8);
        return isAtom ? Raw(octets) : String(octets);
    }

    /// <summary>
    /// Mailbox names go out as UTF-8 (RFC 6855 §3, RFC 9051 §5.1) and not as modified UTF-7: switched by ENABLE.
    /// </summary>
    public bool HasUtf8Names { get; set; }

    /// <summary>mailbox, in its wire form (RFC 3501 §5.1.3, RFC 9051 §5.1).</summary>
    public ImapWriter Mailbox(string name)
    {
        if (!HasUtf8Names || Ascii.IsValid(name))
            return Astring(HasUtf8Names ? Encoding.ASCII.GetBytes(name) : ModifiedUtf7.Encode(name));
        // Names have no control characters, so all of one can stand in quotes.
        return Quoted(Encoding.UTF8.GetBytes(name));
    }

    /// <summary>The announcement of a literal whose octets the caller writes to <see cref="Output"/>.</summary>
    public ImapWriter LiteralHeader(long size) => Byte((byte)'{').Number(size).Raw("}\r\n"u8);

    /// <summary>Sends what was written.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        Commit();
        // A peer that has gone does not get the rest of a long answer computed for it.
        if (await _output.FlushAsync(cancellationToken) is { IsCompleted: true })
            throw new IOException("The client has closed the connection.");
    }

    /// <summary>Sends when enough waits: called between the items of a long answer.</summary>
    public ValueTask FlushIfLargeAsync(CancellationToken cancellationToken) =>
        _output.UnflushedBytes + _used >= FlushThreshold ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;

    private static bool IsQuotable(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > LongestQuoted)
            return false;
        foreach (var b in octets)
            if (b is < 0x20 or > 0x7E)
                return false;
        return true;
    }

    private ImapWriter Quoted(ReadOnlySpan<byte> octets)
    {
        Byte((byte)'"');
        foreach (var b in octets)
        {
            if (b is (byte)'"' or (byte)'\\')
                Byte((byte)'\\');
            Byte(b);
        }
        return Byte((byte)'"');
    }

    private ImapWriter Literal(ReadOnlySpan<byte> octets)
    {
        LiteralHeader(octets.Length);
        for (var nul = octets.IndexOf((byte)0); nul >= 0; nul = octets.IndexOf((byte)0))
        {
            Raw(octets[..nul]).Byte((byte)'?');
            octets = octets[(nul + 1)..];
        }
        return Raw(octets);
    }

    private Span<byte> Reserve(int count)
    {
        if (_memory.Length - _used < count)
        {
            Commit();
            _memory = _output.GetMemory(Math.Max(count, Piece));
        }
        return _memory.Span[_used..];
    }

    private void Commit()
    {
        if (_used > 0)
            _output.Advance(_used);
        // An idle session keeps none of the pipe's memory.
        _memory = default;
        _used = 0;
    }
}
