using System.Globalization;
using System.Text;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>
/// "${hex:40}" and "${unicode:e8}" in strings (RFC 5228 §2.4.2.4). What is not well-formed stays as it is.
/// </summary>
internal static class EncodedCharacters
{
    /// <exception cref="SieveFault">A number that is no character.</exception>
    public static string Decode(string text, int line)
    {
        var at = text.IndexOf("${", StringComparison.Ordinal);
        if (at < 0)
            return text;
        var decoded = new StringBuilder(text.Length).Append(text, 0, at);
        while (at < text.Length)
        {
            if (text[at] == '$' && TryReadSequence(text, at, line) is var (characters, length) && length > 0)
            {
                decoded.Append(characters);
                at += length;
            }
            else
            {
                decoded.Append(text[at++]);
            }
        }

        return decoded.ToString();
    }

    /// <summary>What stands at a dollar, and how long it is there; length 0 when it is none of the two.</summary>
    private static (string Characters, int Length) TryReadSequence(string text, int at, int line)
    {
        var rest = text.AsSpan(at);
        var isHex = rest.StartsWith("${hex:", StringComparison.OrdinalIgnoreCase);
        if (!isHex && !rest.StartsWith("${unicode:", StringComparison.OrdinalIgnoreCase))
            return ("", 0);
        var begin = rest.IndexOf(':') + 1;
        var end = rest.IndexOf('}');
        if (end < 0)
            return ("", 0);
        var numbers = rest[begin..end].ToString().Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (numbers.Length == 0 || !numbers.All(number => number.All(char.IsAsciiHexDigit) && (!isHex || number.Length <= 2)))
            return ("", 0);
        return (isHex ? Octets(numbers) : string.Concat(numbers.Select(number => Character(number, line))), end + 1);
    }

    /// <summary>Octets that are no UTF-8 have no place in a text and become replacement characters.</summary>
    private static string Octets(string[] numbers) =>
        Encoding.UTF8.GetString([.. numbers.Select(number => byte.Parse(number, NumberStyles.HexNumber, CultureInfo.InvariantCulture))]);

    private static string Character(string number, int line)
    {
        var digits = number.TrimStart('0');
        if (digits.Length <= 6 && Rune.TryCreate(int.Parse("0" + digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture), out var rune))
            return rune.ToString();
        throw new SieveFault(line, "NoSuchCharacter", number);
    }
}
