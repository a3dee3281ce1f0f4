using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>hasflag (RFC 5232 §4): flags in the internal variable, or in those that are named.</summary>
internal sealed class HasFlag(int line, Matcher matcher, IReadOnlyList<SieveText>? variables, IReadOnlyList<SieveText> keys) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments);
        IReadOnlyList<SieveText>? variables = null;
        if (arguments.PositionalCount > 1)
        {
            arguments.Need("variables", arguments.Name);
            variables = arguments.NextTexts();
            foreach (var name in variables.Where(name => name.IsConstant))
                _ = VariableName.Check(arguments, name.Source);
        }

        return new HasFlag(arguments.Line, matcher, variables, TestTexts.ReadKeys(arguments, matcher));
    }

    public override bool Evaluate(SieveRun run)
    {
        var flags = variables is null
            ? run.Flags
            : [.. variables.SelectMany(name => FlagSet.Read([run.Scope.Variables.Get(Name(run, name))]))];
        if (matcher.IsCount)
            return matcher.Count(run, flags.Count, keys);
        // RFC 5232 §2: a text with spaces is a list of flags.
        var words = keys.SelectMany(key => key.Expand(run).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(SieveText.Constant);
        return matcher.Any(run, flags, [.. words]);
    }

    private static string Name(SieveRun run, SieveText name) =>
        name.Expand(run).ToLowerInvariant() is { Length: > 0 } known && !char.IsAsciiDigit(known[0]) ? known : throw run.Fault("BadVariableName", name.Source);
}
