using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Casella.ManageSieve.Syntax;

/// <summary>
/// Reads one command with its literals, by the grammar of RFC 5804 §4. Texts are UTF-8; the framer has seen to it that
/// each literal is there as a whole.
/// </summary>
internal ref struct ManageSieveParser(ReadOnlySpan<byte> command)
{
    /// <summary>RFC 5804 §4: quoted = DQUOTE *1024QUOTED-CHAR DQUOTE.</summary>
    private const int MaxQuoted = 1024;

    private ReadOnlySpan<byte> _rest = command;

    /// <summary>The command's word: anything up to the first space, so that the table can refuse it.</summary>
    public string Command()
    {
        var end = _rest.IndexOf((byte)' ');
        var word = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[end..];
        return Encoding.Latin1.GetString(word);
    }

    public readonly bool HasArgument => !_rest.TrimEnd((byte)' ').IsEmpty;

    /// <summary>SP string, quoted or literal.</summary>
    public string String()
    {
        Space();
        var octets = _rest.IsEmpty ? throw new ManageSieveSyntaxException("a string")
            : _rest[0] == '"' ? Quoted()
            : _rest[0] == '{' ? Literal()
            : throw new ManageSieveSyntaxException("a string");
        return Utf8.IsValid(octets) && octets.IndexOf((byte)0) < 0 ? Encoding.UTF8.GetString(octets) : throw new ManageSieveSyntaxException("UTF-8");
    }

    /// <summary>SP number = 1*DIGIT, of 32 bits.</summary>
    public uint Number()
    {
        Space();
        if (!Utf8Parser.TryParse(_rest, out uint number, out var used) || !char.IsAsciiDigit((char)_rest[0]))
            throw new ManageSieveSyntaxException("a number");
        _rest = _rest[used..];
        return number;
    }

    /// <summary>Nothing but spaces may follow: people who type by hand leave some.</summary>
    public readonly void End()
    {
        if (HasArgument)
            throw new ManageSieveSyntaxException("no more arguments");
    }

    private void Space()
    {
        if (_rest.IsEmpty || _rest[0] != ' ')
            throw new ManageSieveSyntaxException("one more argument");
        _rest = _rest[1..];
    }

    private byte[] Quoted()
    {
        var text = new List<byte>();
        for (var at = 1; at < _rest.Length; at++)
        {
            var octet = _rest[at];
            if (octet == '"')
            {
                _rest = _rest[(at + 1)..];
                return [.. text];
            }

            // RFC 5804 §4 QUOTED-SPECIALS.
            if (octet == '\\' && ++at < _rest.Length)
                octet = _rest[at];
            text.Add(octet);
            if (text.Count > MaxQuoted)
                throw new ManageSieveSyntaxException("a literal for so long a text");
        }

        throw new ManageSieveSyntaxException("a closing quotation mark");
    }

    /// <summary>literal-c2s = "{" number "+}" CRLF *OCTET</summary>
    private ReadOnlySpan<byte> Literal()
    {
        var end = _rest.IndexOf("}\r\n"u8);
        // The number ends at the plus: "{9{5+}" is none, whatever the framer has made of its end.
        if (end < 0 || !Utf8Parser.TryParse(_rest[1..end], out int size, out var digits) || !_rest[(1 + digits)..end].SequenceEqual("+"u8)
            || size < 0 || size > _rest.Length - end - 3)
            throw new ManageSieveSyntaxException("a literal");
        var octets = _rest.Slice(end + 3, size);
        _rest = _rest[(end + 3 + size)..];
        return octets;
    }
}

/// <summary>The command is not what its grammar says. Caught once, in the session's loop.</summary>
internal sealed class ManageSieveSyntaxException(string expected) : Exception($"Expected {expected}.")
{
    public string Expected { get; } = expected;
}
