namespace Casella.Formats.Mime;

/// <summary>
/// Reads the address fields of real mail (RFC 5322 §3.4 with groups, comments, quoted strings and §4.4's obsolete
/// forms) into the structures of an ENVELOPE. Total and linear: what is no address becomes the nearest thing to one.
/// Used for envelopes and for submission's sender checks.
/// </summary>
internal ref struct AddressList
{
    /// <summary>Addresses of one field; more are left out. Lists of people end far below, floods do not.</summary>
    private const int MaxAddresses = 5_000;

    /// <summary>Quotes and parentheses that are never closed and are looked for to the end; those after them are not.</summary>
    private const int MaxUnclosed = 8;

    private readonly ReadOnlySpan<byte> _text;
    private readonly List<EnvelopeAddress> _found;
    private readonly List<byte> _phrase;
    private int _at;
    private byte[]? _comment;
    private bool _inGroup;
    private int _unclosed;
    private bool _hasMore;

    private AddressList(ReadOnlySpan<byte> text)
    {
        _text = text;
        (_found, _phrase) = ([], []);
    }

    /// <param name="value">The unfolded field.</param>
    public static IReadOnlyList<EnvelopeAddress> Parse(ReadOnlySpan<byte> value) => Parse(value, out _);

    /// <param name="isClear">False when another reader may well find other addresses here than this one.</param>
    public static IReadOnlyList<EnvelopeAddress> Parse(ReadOnlySpan<byte> value, out bool isClear)
    {
        var list = new AddressList(value);
        while (list._at < value.Length && list._found.Count < MaxAddresses)
            list.ReadMember();
        if (list._inGroup)
            list._found.Add(default);
        isClear = !list._hasMore && (list._unclosed == 0 || value.Count((byte)'@') < 2);
        return list._found;
    }

    private readonly bool IsAtEnd => _at >= _text.Length;

    /// <summary>One mailbox, or the beginning or end of a group. Always takes at least one octet.</summary>
    private void ReadMember()
    {
        _comment = null;
        ReadPhrase();
        if (IsAtEnd)
        {
            AddBareWord();
            return;
        }

        switch (_text[_at++])
        {
            case (byte)'<':
                AddAngleAddress([.. _phrase]);
                break;
            case (byte)'@':
                AddMailbox(_phrase.Count == 0 ? [] : [.. _phrase]);
                break;
            case (byte)':' when !_inGroup:
                _found.Add(new EnvelopeAddress(null, _phrase.ToArray(), null));
                _inGroup = true;
                break;
            case (byte)';':
                AddBareWord();
                EndGroup();
                break;
            default:
                AddBareWord();   // a comma, or a stray special
                break;
        }
    }

    private void EndGroup()
    {
        if (_inGroup)
            _found.Add(default);
        _inGroup = false;
    }

    /// <summary>
    /// A word that stands alone where an address should ("root", "undisclosed recipients"): a mailbox without a host.
    /// The host is empty and not NIL, which would announce a group.
    /// </summary>
    private readonly void AddBareWord()
    {
        if (_phrase.Count > 0)
            _found.Add(new EnvelopeAddress(Optional(_comment), _phrase.ToArray(), ReadOnlyMemory<byte>.Empty));
    }

    /// <summary>name &lt;route:local@domain&gt;, up to the next comma.</summary>
    private void AddAngleAddress(byte[] name)
    {
        var displayName = name.Length > 0 ? name : _comment;
        ReadPhrase();
        // RFC 5322 §4.4: a source route, which is dropped.
        while (!IsAtEnd && _phrase.Count == 0 && _text[_at] is (byte)'@' or (byte)',')
        {
            _at++;
            _ = ReadDomain();
            if (!IsAtEnd && _text[_at] == ':')
            {
                _at++;
                ReadPhrase();
            }
        }

        var mailbox = _phrase.ToArray();
        ReadOnlyMemory<byte> host = default;
        if (!IsAtEnd && _text[_at] == '@')
        {
            _at++;
            host = ReadDomain();
        }

        if (!IsAtEnd && _text[_at] == '>')
            _at++;
        _found.Add(new EnvelopeAddress(Optional(displayName), mailbox, host));
        SkipToSeparator();
    }

    private void AddMailbox(byte[] mailbox)
    {
        var host = ReadDomain();
        SkipBlanks();
        if (!IsAtEnd && _text[_at] == '<')
        {
            // Programs put an address where the name should be, and forget the quotes.
            _at++;
            AddAngleAddress([.. mailbox, (byte)'@', .. host.Span]);
            return;
        }

        // The comment after an address was its name before RFC 822 knew phrases.
        SkipToSeparator();
        _found.Add(new EnvelopeAddress(Optional(_comment), mailbox, host));
    }

    /// <summary>What stands between an address and the next comma or group end says nothing.</summary>
    private void SkipToSeparator()
    {
        while (true)
        {
            SkipBlanks();
            if (IsAtEnd || _text[_at] == ';')
                return;
            var octet = _text[_at++];
            if (octet == ',')
                return;
            _hasMore |= octet is (byte)'@' or (byte)'<';
        }
    }

    /// <summary>
    /// Words (atoms, quoted strings, dots) up to a special, joined by single spaces where there was space. Dots and
    /// words of a local part have none between them.
    /// </summary>
    private void ReadPhrase()
    {
        _phrase.Clear();
        while (true)
        {
            var spaced = SkipBlanks();
            if (IsAtEnd || IsSpecial(_text[_at]))
                return;
            if (spaced && _phrase.Count > 0)
                _phrase.Add((byte)' ');
            if (_text[_at] != '"' || !TryReadQuotedString())
                ReadAtom();
        }
    }

    private void ReadAtom()
    {
        // The first octet is no special; it may be a quote or a parenthesis that is never closed.
        var start = _at++;
        while (!IsAtEnd && !IsSpecial(_text[_at]) && _text[_at] is not ((byte)' ' or (byte)'\t' or (byte)'"' or (byte)'('))
            _at++;
        _phrase.AddRange(_text[start.._at]);
    }

    /// <returns>False for a quote that is never closed: then it is an octet like others, and what follows is no text.</returns>
    private bool TryReadQuotedString()
    {
        if (_unclosed >= MaxUnclosed)
            return false;
        var (before, at) = (_phrase.Count, _at + 1);
        for (; at < _text.Length && _text[at] != '"'; at++)
        {
            if (_text[at] == '\\' && at + 1 < _text.Length)
                at++;
            _phrase.Add(_text[at]);
        }

        if (at == _text.Length)
        {
            _unclosed++;
            _phrase.RemoveRange(before, _phrase.Count - before);
            return false;
        }

        _at = at + 1;
        return true;
    }

    private ReadOnlyMemory<byte> ReadDomain()
    {
        SkipBlanks();
        var domain = new List<byte>();
        if (!IsAtEnd && _text[_at] == '[')
        {
            var end = _text[_at..].IndexOf((byte)']');
            var literal = end < 0 ? _text[_at..] : _text.Slice(_at, end + 1);
            _at += literal.Length;
            return literal.ToArray();
        }

        while (true)
        {
            var isSpaced = SkipBlanks();
            if (IsAtEnd || IsSpecial(_text[_at]) || _text[_at] == '"')
                return domain.ToArray();
            // RFC 5322 §4.4 obs-domain: blanks stand around dots only; what follows one elsewhere is not of the domain.
            if (isSpaced && domain.Count > 0 && domain[^1] != '.' && _text[_at] != '.')
                return domain.ToArray();
            domain.Add(_text[_at++]);
        }
    }

    /// <summary>Passes over white space and comments, keeping the last comment; true when there was any.</summary>
    private bool SkipBlanks()
    {
        var start = _at;
        while (!IsAtEnd)
        {
            if (_text[_at] == '(' && TryReadComment())
                continue;
            if (_text[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                _at++;
            else
                break;
        }

        return _at > start;
    }

    /// <summary>RFC 5322 §3.2.2: comments nest; counted, not recursed into.</summary>
    /// <returns>False for one that is never closed: then its parenthesis is an octet like others.</returns>
    private bool TryReadComment()
    {
        if (_unclosed >= MaxUnclosed)
            return false;
        var comment = new List<byte>();
        var depth = 0;
        for (var at = _at; at < _text.Length;)
        {
            var octet = _text[at++];
            if (octet == '\\' && at < _text.Length)
                octet = _text[at++];
            else if (octet == '(' && depth++ == 0)
                continue;
            else if (octet == ')' && --depth == 0)
            {
                _at = at;
                if (comment.Count > 0)
                    _comment = [.. comment];
                return true;
            }

            comment.Add(octet);
        }

        _unclosed++;
        return false;
    }

    // The plain conversion would make an empty value of null.
    private static ReadOnlyMemory<byte>? Optional(byte[]? text) => text is null ? default(ReadOnlyMemory<byte>?) : text;

    private static bool IsSpecial(byte octet) => octet is (byte)'<' or (byte)'>' or (byte)'@' or (byte)',' or (byte)';' or (byte)':';
}
