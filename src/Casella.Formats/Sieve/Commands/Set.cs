using System.Globalization;
using System.Text;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>Sets a variable (RFC 5229 §4) to a text, changed by modifiers.</summary>
internal sealed class Set(int line, string name, SieveText value, Modifiers modifiers) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        var modifiers = Modifiers.Read(arguments);
        var name = VariableName.Read(arguments);
        return new Set(arguments.Line, name, arguments.NextText(), modifiers);
    }

    public override Flow Execute(SieveRun run)
    {
        VariableName.Set(run, name, modifiers.Apply(value.Expand(run)));
        return Flow.Next;
    }
}

/// <summary>The modifiers of "set" and "extracttext", highest precedence first (RFC 5229 §4.1).</summary>
internal sealed class Modifiers
{
    // Those in one row exclude each other.
    private static readonly (string Tag, string? Capability, Func<string, string> Apply)[][] Rows =
    [
        [(":lower", null, Lower), (":upper", null, Upper)],
        [(":lowerfirst", null, text => text.Length == 0 ? text : Lower(text[..1]) + text[1..]),
            (":upperfirst", null, text => text.Length == 0 ? text : Upper(text[..1]) + text[1..])],
        [(":quotewildcard", null, QuoteWildcard), (":quoteregex", "regex", ExtendedRegex.Quote)],
        [(":encodeurl", "enotify", Uri.EscapeDataString)],
        [(":length", null, text => text.EnumerateRunes().Count().ToString(CultureInfo.InvariantCulture))],
    ];

    private readonly List<Func<string, string>> _steps = [];

    public static Modifiers Read(Arguments arguments)
    {
        var modifiers = new Modifiers();
        foreach (var row in Rows)
            if (arguments.OneOf([.. row.Select(entry => (entry.Tag, entry.Capability))]) is { } found)
                modifiers._steps.Add(row.First(entry => string.Equals(entry.Tag, found, StringComparison.Ordinal)).Apply);
        return modifiers;
    }

    public string Apply(string text) => _steps.Aggregate(text, (current, step) => step(current));

    /// <summary>RFC 5229 §4.1.3: of ASCII only.</summary>
    private static string Lower(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c + 32) : c));

    private static string Upper(string text) => string.Concat(text.Select(c => char.IsAsciiLetterLower(c) ? (char)(c - 32) : c));

    private static string QuoteWildcard(string text)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '*' or '?' or '\\')
                quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.ToString();
    }
}
