using System.Buffers;
using System.Text;
using Casella.Net.Framing;

namespace Casella.Imap.Syntax;

/// <summary>
/// Reads one framed command, literals included, by the grammar of RFC 9051 §9: each method is a rule of the ABNF, takes
/// exactly what the rule allows and else throws <see cref="ImapSyntaxException"/> with the words for what was expected.
/// Used by the Parse methods of the commands; the larger rules (flags, dates, sequence sets, mailboxes) are in
/// <see cref="ImapParserRules"/>.
/// </summary>
internal ref struct ImapParser(
    ReadOnlySpan<byte> command, LiteralAnnouncement? pendingLiteral = null, bool hasUtf8Names = false)
{
    /// <summary>
    /// Parentheses inside each other. Clients use three or four; a stack overflow would end the server for everybody.
    /// </summary>
    public const int MaxDepth = 100;

    private readonly ReadOnlySpan<byte> _input = command;
    private int _position;
    private int _depth;

    /// <summary>Octets read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Mailbox names are UTF-8 and not modified UTF-7 (RFC 6855 §3, RFC 9051 §5.1).</summary>
    public readonly bool HasUtf8Names => hasUtf8Names;

    public readonly bool AtEnd => _position == _input.Length;

    /// <summary>A literal behind the end waits on the wire: <see cref="StreamedLiteral"/>.</summary>
    public readonly bool HasPendingLiteral => pendingLiteral is not null;

    /// <summary>The next octet, or 0 at the end (NUL is never allowed, so it cannot be mistaken).</summary>
    public readonly byte Next => AtEnd ? (byte)0 : _input[_position];

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _input[_position..];

    /// <summary>The exception to throw: "expected …" with the place.</summary>
    public readonly ImapSyntaxException Expected(string what) =>
        new(AtEnd ? $"Expected {what} at the end of the command" : $"Expected {what} at octet {_position + 1}");

    /// <summary>SP: exactly one space.</summary>
    public void Space()
    {
        if (!TryTake((byte)' '))
            throw Expected("a space");
    }

    public bool TrySpace() => TryTake((byte)' ');

    /// <summary>Takes the octet if it is the next one.</summary>
    public bool TryTake(byte octet)
    {
        if (AtEnd || _input[_position] != octet)
            return false;
        _position++;
        return true;
    }

    /// <summary>Takes the octet or fails.</summary>
    public void Take(byte octet)
    {
        if (!TryTake(octet))
            throw Expected($"\"{(char)octet}\"");
    }

    /// <summary>Opens a parenthesis, counting the depth.</summary>
    public void OpenList()
    {
        Take((byte)'(');
        if (++_depth > MaxDepth)
            throw new ImapSyntaxException("Too many parentheses inside each other");
    }

    /// <summary>Closes a parenthesis if one closes here.</summary>
    public bool TryCloseList()
    {
        if (!TryTake((byte)')'))
            return false;
        _depth--;
        return true;
    }

    /// <summary>Closes a parenthesis or fails.</summary>
    public void CloseList()
    {
        if (!TryCloseList())
            throw Expected("\")\"");
    }

    /// <summary>The end of the command.</summary>
    public readonly void End()
    {
        if (!AtEnd)
            throw Expected("the end of the command");
    }

    /// <summary>Everything up to the end, as it is: for arguments with a grammar of their own (base64).</summary>
    public ReadOnlySpan<byte> TakeRest()
    {
        var rest = Rest;
        _position = _input.Length;
        return rest;
    }

    /// <summary>Takes a run of octets of a class; at least one.</summary>
    public ReadOnlySpan<byte> Run(SearchValues<byte> allowed, string what)
    {
        var rest = Rest;
        var length = rest.IndexOfAnyExcept(allowed);
        if (length < 0)
            length = rest.Length;
        if (length == 0)
            throw Expected(what);
        _position += length;
        return rest[..length];
    }

    /// <summary>tag = 1*ASTRING-CHAR except "+".</summary>
    public string Tag() => Encoding.ASCII.GetString(Run(ImapChars.Tag, "a tag"));

    /// <summary>atom = 1*ATOM-CHAR.</summary>
    public string Atom(string what = "an atom") => Encoding.ASCII.GetString(Run(ImapChars.Atom, what));

    /// <summary>Takes a word of the grammar, in any case, if it stands here as a whole atom.</summary>
    public bool TryWord(scoped ReadOnlySpan<byte> word)
    {
        var rest = Rest;
        if (rest.Length < word.Length || !Ascii.EqualsIgnoreCase(rest[..word.Length], word))
            return false;
        if (rest.Length > word.Length && ImapChars.Atom.Contains(rest[word.Length]) && ImapChars.Atom.Contains(word[^1]))
            return false;
        _position += word.Length;
        return true;
    }

    /// <summary>Takes these octets, in any case, whatever follows them ("BODY" of "BODY[").</summary>
    public bool TryPrefix(scoped ReadOnlySpan<byte> prefix)
    {
        if (Rest.Length < prefix.Length || !Ascii.EqualsIgnoreCase(Rest[..prefix.Length], prefix))
            return false;
        _position += prefix.Length;
        return true;
    }

    /// <summary>astring = 1*ASTRING-CHAR / string, as octets.</summary>
    public ReadOnlySpan<byte> AstringOctets(string what = "a string") =>
        Next is (byte)'"' or (byte)'{' ? String(what) : Run(ImapChars.Astring, what);

    /// <summary>The charset of texts: UTF-8, unless a SEARCH names another.</summary>
    public Encoding Charset { get; set; } = StrictUtf8;

    /// <summary>astring as text (user names, passwords, search texts).</summary>
    public string Astring(string what = "a string")
    {
        var octets = AstringOctets(what);
        try
        {
            return Charset.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            throw new ImapSyntaxException($"Expected {what} in {Charset.WebName.ToUpperInvariant()}");
        }
    }

    /// <summary>nstring = string / nil; null for NIL.</summary>
    public string? Nstring(string what = "a string or NIL")
    {
        if (TryWord("NIL"u8))
            return null;
        if (Next is not ((byte)'"' or (byte)'{'))
            throw Expected(what);
        return Astring(what);
    }

    /// <summary>string = quoted / literal.</summary>
    public ReadOnlySpan<byte> String(string what = "a string") => Next switch
    {
        (byte)'"' => Quoted(),
        (byte)'{' => Literal(),
        _ => throw Expected(what),
    };

    /// <summary>
    /// quoted, without its quotes and with "\" undone. Octets above 127 are taken as they come (docs/quirks.md).
    /// </summary>
    public ReadOnlySpan<byte> Quoted()
    {
        Take((byte)'"');
        var rest = Rest;
        var end = rest.IndexOfAny(ImapChars.NotInQuoted);
        if (end >= 0 && rest[end] == (byte)'"')
        {
            _position += end + 1;
            return rest[..end];
        }
        return QuotedWithEscapes();
    }

    private ReadOnlySpan<byte> QuotedWithEscapes()
    {
        var octets = new List<byte>();
        while (true)
        {
            var b = Next;
            if (AtEnd || b is 0 or (byte)'\r' or (byte)'\n')
                throw Expected("the closing quote of a string");
            _position++;
            if (b == (byte)'"')
                return octets.ToArray();
            if (b == (byte)'\\')
            {
                b = Next;
                if (b is not ((byte)'"' or (byte)'\\'))
                    throw Expected("\" or \\ after \\");
                _position++;
            }
            octets.Add(b);
        }
    }

    /// <summary>
    /// literal = "{" number64 ["+"] "}" CRLF *CHAR8. The framer has checked its size and read it whole; a NUL inside is
    /// refused here.
    /// </summary>
    public ReadOnlySpan<byte> Literal()
    {
        var octets = LiteralOctets();
        return octets.Contains((byte)0) ? throw Expected("a literal without NUL") : octets;
    }

    /// <summary>literal8 = "~" and a literal whose octets may be any (RFC 3516 §7).</summary>
    public ReadOnlySpan<byte> Literal8()
    {
        Take((byte)'~');
        return LiteralOctets();
    }

    private ReadOnlySpan<byte> LiteralOctets()
    {
        Take((byte)'{');
        var size = Number64("the size of a literal");
        TryTake((byte)'+');
        Take((byte)'}');
        if (!Rest.StartsWith("\r\n"u8))
            throw Expected("the end of the line after a literal's size");
        _position += 2;
        if (size > Rest.Length)
            throw Expected("a literal of the announced size");
        var octets = Rest[..(int)size];
        _position += octets.Length;
        return octets;
    }

    /// <summary>
    /// A literal that the framer has left on the wire for the command to stream (APPEND). It can only be the last thing
    /// read so far.
    /// </summary>
    public readonly LiteralAnnouncement StreamedLiteral()
    {
        if (!AtEnd || pendingLiteral is not { } literal)
            throw Expected("a literal");
        return literal;
    }

    /// <summary>number = 1*DIGIT, 0 … 4294967295.</summary>
    public uint Number(string what = "a number")
    {
        var start = _position;
        var value = Number64(what);
        if (value <= uint.MaxValue)
            return (uint)value;
        _position = start;
        throw Expected($"{what} below 4294967296");
    }

    /// <summary>nz-number, 1 … 4294967295.</summary>
    public uint NzNumber(string what = "a number above 0")
    {
        var start = _position;
        var value = Number(what);
        // digit-nz *DIGIT: no leading zero either.
        if (_input[start] != (byte)'0')
            return value;
        _position = start;
        throw Expected(what);
    }

    /// <summary>number64 = 1*DIGIT, 0 … 2^63-1.</summary>
    public long Number64(string what = "a number")
    {
        var start = _position;
        long value = 0;
        foreach (var digit in Run(ImapChars.Digit, what))
        {
            var next = digit - '0';
            if (value > (long.MaxValue - next) / 10)
            {
                _position = start;
                throw Expected($"{what} below 2^63");
            }
            value = value * 10 + next;
        }
        return value;
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
