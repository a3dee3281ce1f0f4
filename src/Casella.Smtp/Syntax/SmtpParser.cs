using System.Text;
using System.Text.Unicode;
using Casella.Formats.Addresses;

namespace Casella.Smtp.Syntax;

/// <summary>
/// Reads one command line by the grammar of RFC 5321 §4.1.2. White space at the end of a line, and between "FROM:" and
/// its path, is forgiven: much software sends it (docs/quirks.md).
/// </summary>
internal ref struct SmtpParser(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line.TrimEnd(" \t"u8);

    /// <summary>The command verb.</summary>
    public string Verb()
    {
        var end = _rest.IndexOf((byte)' ');
        var verb = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[(end + 1)..].TrimStart((byte)' ');
        return Encoding.Latin1.GetString(verb);
    }

    public readonly bool HasArgument => !_rest.IsEmpty;

    /// <summary>The next word, up to a space.</summary>
    public string Word(string expected)
    {
        if (_rest.IsEmpty)
            throw new SmtpSyntaxException(expected);
        var end = _rest.IndexOf((byte)' ');
        var word = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[(end + 1)..].TrimStart((byte)' ');
        return Text(word, expected);
    }

    /// <summary>All that is left of the line.</summary>
    public string RestOfLine(string expected)
    {
        var text = Text(_rest, expected);
        _rest = [];
        return text;
    }

    /// <summary>
    /// "FROM:" or "TO:" and the path behind it. UTF-8 is read here and refused by the command when SMTPUTF8 was not
    /// asked for.
    /// </summary>
    public SmtpPath Path(ReadOnlySpan<byte> keyword, string expected)
    {
        if (_rest.Length < keyword.Length || !Ascii.EqualsIgnoreCase(_rest[..keyword.Length], keyword))
            throw new SmtpSyntaxException(expected);
        _rest = _rest[keyword.Length..].TrimStart((byte)' ');
        if (!SmtpPath.TryParse(_rest, allowUtf8: true, out var path, out var consumed))
            throw new SmtpSyntaxException(expected);
        _rest = _rest[consumed..];
        if (!_rest.IsEmpty && _rest[0] != ' ')
            throw new SmtpSyntaxException(expected);
        _rest = _rest.TrimStart((byte)' ');
        return path;
    }

    /// <summary>The next esmtp-param = esmtp-keyword ["=" esmtp-value], or false at the end.</summary>
    public bool Parameter(out string keyword, out string? value)
    {
        (keyword, value) = ("", null);
        if (_rest.IsEmpty)
            return false;
        var word = Word("a parameter");
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        keyword = (equals < 0 ? word : word[..equals]).ToUpperInvariant();
        value = equals < 0 ? null : word[(equals + 1)..];
        return true;
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
            throw new SmtpSyntaxException("no argument");
    }

    private static string Text(ReadOnlySpan<byte> bytes, string expected) =>
        Utf8.IsValid(bytes) && bytes.IndexOfAnyInRange((byte)0, (byte)31) < 0
            ? Encoding.UTF8.GetString(bytes)
            : throw new SmtpSyntaxException(expected);
}

/// <summary>The line is not what the command's grammar says. Caught once, in the session's loop.</summary>
/// <param name="endsSession">What follows the line cannot be told from commands.</param>
internal sealed class SmtpSyntaxException(string expected, bool endsSession = false) : Exception($"Expected {expected}.")
{
    public string Expected { get; } = expected;
    public bool EndsSession { get; } = endsSession;
}
