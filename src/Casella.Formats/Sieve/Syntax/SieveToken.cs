namespace Casella.Formats.Sieve.Syntax;

/// <summary>RFC 5228 §8.1.</summary>
internal enum TokenKind { End, Identifier, Tag, Number, String, Separator }

/// <param name="Text">The name of an identifier or tag in lower case, the content of a string, the separator.</param>
/// <param name="Number">Of a number, its quantifier applied.</param>
internal readonly record struct SieveToken(TokenKind Kind, int Line, string Text, long Number = 0)
{
    public bool Is(char separator) => Kind is TokenKind.Separator && Text[0] == separator;
}
