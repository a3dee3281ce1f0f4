using System.Globalization;
using System.Text;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>A string of a script: constant, or with references to variables (RFC 5229 §3) that each use fills in.</summary>
internal sealed class SieveText
{
    /// <summary>The highest ${n}: patterns have no more wildcards that are kept (RFC 5229 §6: at least 9).</summary>
    public const int MaxMatchVariable = 32;

    private readonly IReadOnlyList<Piece> _pieces;

    private SieveText(string source, IReadOnlyList<Piece> pieces) => (Source, _pieces) = (source, pieces);

    /// <summary>As written, references not filled in.</summary>
    public string Source { get; }

    public bool IsConstant => _pieces.All(piece => piece.Variable is null);

    public static SieveText Constant(string text) => new(text, [new Piece(text, null)]);

    /// <exception cref="SieveFault">A reference to what cannot be.</exception>
    public static SieveText WithVariables(string text, int line)
    {
        var pieces = new List<Piece>();
        var (literal, at) = (0, 0);
        while ((at = text.IndexOf("${", at, StringComparison.Ordinal)) >= 0)
        {
            var end = EndOfName(text, at + 2);
            if (end < 0)
            {
                at++;
                continue;
            }

            if (at > literal)
                pieces.Add(new Piece(text[literal..at], null));
            pieces.Add(new Piece("", Name(text[(at + 2)..end], line)));
            literal = at = end + 1;
        }

        if (literal < text.Length || pieces.Count == 0)
            pieces.Add(new Piece(text[literal..], null));
        return new SieveText(text, pieces);
    }

    public string Expand(SieveRun run)
    {
        if (_pieces is [{ Variable: null } only])
            return only.Literal;
        var text = new StringBuilder();
        foreach (var piece in _pieces)
        {
            text.Append(piece.Variable is { } name ? run.Scope.Variables.Get(name) : piece.Literal);
            if (text.Length > run.Limits.TextLength)
            {
                text.Length = run.Limits.TextLength;
                break;
            }
        }

        run.Spend(text.Length);
        return text.ToString();
    }

    /// <summary>RFC 5229 §3 variable-name with its namespace; -1 when that is not what stands here.</summary>
    private static int EndOfName(string text, int at)
    {
        var begin = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (at > begin)
            return at < text.Length && text[at] == '}' ? at : -1;
        while (true)
        {
            if (at == text.Length || !IsLetter(text[at]))
                return -1;
            while (at < text.Length && (IsLetter(text[at]) || char.IsAsciiDigit(text[at])))
                at++;
            if (at == text.Length || text[at] is not ('}' or '.'))
                return -1;
            if (text[at++] == '}')
                return at - 1;
            // RFC 5229 §3: what follows a namespace may be a number too.
            var digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
                digits++;
            if (digits > at && digits < text.Length && text[digits] == '}')
                return digits;
        }
    }

    private static string Name(string name, int line)
    {
        if (char.IsAsciiDigit(name[0]))
        {
            var digits = name.TrimStart('0');
            if (digits.Length > 2 || int.Parse("0" + digits, CultureInfo.InvariantCulture) > MaxMatchVariable)
                throw new SieveFault(line, "MatchVariableTooHigh", name, MaxMatchVariable);
            return digits.Length == 0 ? "0" : digits;
        }

        // RFC 5229 §3: names are compared without case. The one namespace is that of include (RFC 6609 §3.4.2).
        var lower = name.ToLowerInvariant();
        if (lower.Contains('.', StringComparison.Ordinal) && !lower.StartsWith("global.", StringComparison.Ordinal))
            throw new SieveFault(line, "UnknownNamespace", name);
        return lower;
    }

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_';

    private readonly record struct Piece(string Literal, string? Variable);
}
