using System.CommandLine;
using System.CommandLine.Parsing;

namespace Casella.Server.CommandLine;

/// <summary>
/// What is wrong with a command line, in words for who typed it: the library tells a wrong value by names of .NET, and takes
/// a mistyped option for an argument where one may stand.
/// </summary>
internal static class ParseWords
{
    /// <summary>Empty when nothing is wrong.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed) =>
        [.. parsed.Errors.Select(Of), .. parsed.Errors.Count == 0 ? Mistyped(parsed) : []];

    private static string Of(ParseError error)
    {
        if (OptionOf(error.SymbolResult) is not { Tokens: [var typed, ..] } result || !error.Message.StartsWith("Cannot parse", StringComparison.Ordinal))
            return error.Message;
        var type = Nullable.GetUnderlyingType(result.Option.ValueType) ?? result.Option.ValueType;
        return type.IsEnum ? $"{result.Option.Name}: '{typed.Value}' is none of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}."
            : type == typeof(int) || type == typeof(long) ? $"{result.Option.Name}: '{typed.Value}' is no whole number."
            : error.Message;
    }

    private static OptionResult? OptionOf(SymbolResult? result) => result as OptionResult ?? result?.Parent as OptionResult;

    /// <summary>"casella backup --kep" means no folder of that name; who has one writes it behind "--".</summary>
    private static IEnumerable<string> Mistyped(ParseResult parsed)
    {
        if (parsed.Tokens.Any(token => token.Type is TokenType.DoubleDash))
            yield break;
        foreach (var argument in parsed.CommandResult.Children.OfType<ArgumentResult>())
            foreach (var token in argument.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal)))
                yield return $"Unrecognized option '{token.Value}'.";
    }
}
