using System.Text;

namespace Casella.Formats.Sieve.Syntax;

/// <summary>
/// Cuts a script into tokens (RFC 5228 §8.1). Lines may end in LF alone: editors write such files, ManageSieve clients
/// send them.
/// </summary>
internal sealed class SieveLexer(string script)
{
    private const string Separators = "[]{}(),;";

    private int _at;
    private int _line = 1;

    public SieveToken Next()
    {
        SkipWhiteSpace();
        if (_at == script.Length)
            return new SieveToken(TokenKind.End, _line, "");
        var c = script[_at];
        if (Separators.Contains(c, StringComparison.Ordinal))
        {
            _at++;
            return new SieveToken(TokenKind.Separator, _line, c.ToString());
        }

        if (c == '"')
            return QuotedString();
        if (c == ':')
            return Tag();
        if (char.IsAsciiDigit(c))
            return Number();
        if (IsLetter(c))
            return IdentifierOrMultiLine();
        throw new SieveFault(_line, "UnexpectedCharacter", Shown(c));
    }

    private static string Shown(char c) => char.IsControl(c) ? $"U+{(int)c:X4}" : c.ToString();

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_';

    /// <summary>white-space, with both kinds of comment.</summary>
    private void SkipWhiteSpace()
    {
        while (_at < script.Length)
        {
            var c = script[_at];
            if (c is ' ' or '\t' or '\r' or '\n' or '\uFEFF')
                Advance();
            else if (c == '#')
                SkipHashComment();
            else if (c == '/' && _at + 1 < script.Length && script[_at + 1] == '*')
                SkipBracketComment();
            else
                return;
        }
    }

    private void Advance()
    {
        if (script[_at++] == '\n')
            _line++;
    }

    private void SkipHashComment()
    {
        while (_at < script.Length && script[_at] != '\n')
            _at++;
    }

    private void SkipBracketComment()
    {
        var end = script.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0)
            throw new SieveFault(_line, "CommentNotClosed");
        while (_at < end + 2)
            Advance();
    }

    private string Identifier()
    {
        var start = _at;
        while (_at < script.Length && (IsLetter(script[_at]) || char.IsAsciiDigit(script[_at])))
            _at++;
        return script[start.._at].ToLowerInvariant();
    }

    private SieveToken Tag()
    {
        _at++;
        if (_at == script.Length || !IsLetter(script[_at]))
            throw new SieveFault(_line, "TagWithoutName");
        return new SieveToken(TokenKind.Tag, _line, ":" + Identifier());
    }

    /// <summary>number = 1*DIGIT [ QUANTIFIER ]</summary>
    private SieveToken Number()
    {
        long value = 0;
        while (_at < script.Length && char.IsAsciiDigit(script[_at]))
        {
            value = (value * 10) + (script[_at++] - '0');
            if (value > int.MaxValue)
                throw new SieveFault(_line, "NumberTooLarge");
        }

        var shift = _at == script.Length ? 0 : char.ToUpperInvariant(script[_at]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        if (shift > 0)
            _at++;
        // RFC 5228 §2.4.1: 2^31-1 at least; messages are larger than that nowhere, quantified or not.
        if (_at < script.Length && (IsLetter(script[_at]) || char.IsAsciiDigit(script[_at])))
            throw new SieveFault(_line, "BadNumber");
        return new SieveToken(TokenKind.Number, _line, "", value << shift);
    }

    private SieveToken QuotedString()
    {
        var line = _line;
        var text = new StringBuilder();
        _at++;
        while (true)
        {
            if (_at == script.Length)
                throw new SieveFault(line, "StringNotClosed");
            var c = script[_at];
            if (c == '"')
                break;
            if (c == '\\' && _at + 1 < script.Length)
                c = script[++_at];
            Check(c);
            text.Append(c);
            Advance();
        }

        _at++;
        return new SieveToken(TokenKind.String, line, LineEnds(text.ToString()));
    }

    private SieveToken IdentifierOrMultiLine()
    {
        var line = _line;
        var name = Identifier();
        if (name is not "text" || _at == script.Length || script[_at] != ':')
            return new SieveToken(TokenKind.Identifier, line, name);
        _at++;
        return new SieveToken(TokenKind.String, line, MultiLine());
    }

    /// <summary>
    /// multi-line = "text:" *(SP / HTAB) (hash-comment / CRLF) … "." CRLF; a dot at the beginning of a line is doubled.
    /// </summary>
    private string MultiLine()
    {
        var begin = _line;
        while (_at < script.Length && script[_at] is ' ' or '\t')
            _at++;
        if (_at < script.Length && script[_at] == '#')
            SkipHashComment();
        if (_at < script.Length && script[_at] == '\r')
            _at++;
        if (_at == script.Length || script[_at] != '\n')
            throw new SieveFault(_line, "TextOnSameLine");
        Advance();
        var text = new StringBuilder();
        while (true)
        {
            if (_at == script.Length)
                throw new SieveFault(begin, "TextNotClosed");
            var line = Line();
            if (line is ".")
                return text.ToString();
            text.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        }
    }

    /// <summary>The rest of the line, without its end.</summary>
    private string Line()
    {
        var end = script.IndexOf('\n', _at);
        var line = end < 0 ? script[_at..] : script[_at..end];
        foreach (var c in line)
            Check(c);
        _at = end < 0 ? script.Length : end;
        if (end >= 0)
            Advance();
        return line.EndsWith('\r') ? line[..^1] : line;
    }

    private void Check(char c)
    {
        if (c == '\0')
            throw new SieveFault(_line, "UnexpectedCharacter", Shown(c));
    }

    /// <summary>A string has CRLF in it whatever the file has (RFC 5228 §8.1).</summary>
    private static string LineEnds(string text) => text.Contains('\n', StringComparison.Ordinal)
        ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)
        : text;
}
