using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Casella.Pop3.Syntax;

/// <summary>
/// Reads one command line, by the grammar of RFC 2449 §9 and RFC 1939: keyword, then arguments separated by one space.
/// A stray space at the end is forgiven: old programs send it (docs/quirks.md).
/// </summary>
internal ref struct Pop3Parser(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    /// <summary>
    /// keyword: three or four letters by RFC 1939 §3; anything up to the first space here, so that the table can refuse
    /// it.
    /// </summary>
    public string Keyword()
    {
        var end = _rest.IndexOf((byte)' ');
        var word = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[end..];
        return Encoding.Latin1.GetString(word);
    }

    public readonly bool HasArgument => !_rest.TrimEnd((byte)' ').IsEmpty;

    /// <summary>msg: a message number.</summary>
    public int MessageNumber()
    {
        var number = Number("a message number");
        return number >= 1 ? number : throw new Pop3SyntaxException("a message number from 1");
    }

    /// <summary>A non-negative number (TOP's lines).</summary>
    public int Number(string expected)
    {
        var word = Word(expected);
        return Utf8Parser.TryParse(word, out int number, out var used) && used == word.Length && number >= 0 && word[0] != '+'
            ? number
            : throw new Pop3SyntaxException(expected);
    }

    /// <summary>One argument without spaces.</summary>
    public string Argument(string expected) => Decode(Word(expected), expected);

    /// <summary>
    /// Everything behind the single space, spaces included: PASS (RFC 1939 §7: the server may treat spaces as part of
    /// the password) and USER.
    /// </summary>
    public string RestOfLine(string expected)
    {
        if (_rest.Length < 2)
            throw new Pop3SyntaxException(expected);
        var text = Decode(_rest[1..], expected);
        _rest = [];
        return text;
    }

    /// <summary>Nothing but spaces may follow.</summary>
    public readonly void End()
    {
        if (HasArgument)
            throw new Pop3SyntaxException("no more arguments");
    }

    private ReadOnlySpan<byte> Word(string expected)
    {
        if (!HasArgument || _rest[0] != ' ')
            throw new Pop3SyntaxException(expected);
        var start = _rest[1..];
        var end = start.IndexOf((byte)' ');
        var word = end < 0 ? start : start[..end];
        _rest = end < 0 ? [] : start[end..];
        return word.IsEmpty ? throw new Pop3SyntaxException(expected) : word;
    }

    private static string Decode(ReadOnlySpan<byte> bytes, string expected) =>
        Utf8.IsValid(bytes) && bytes.IndexOf((byte)0) < 0
            ? Encoding.UTF8.GetString(bytes)
            : throw new Pop3SyntaxException(expected);
}

/// <summary>The line is not what the command's grammar says. Caught once, in the session's loop.</summary>
internal sealed class Pop3SyntaxException(string expected) : Exception($"Expected {expected}.")
{
    public string Expected { get; } = expected;
}
