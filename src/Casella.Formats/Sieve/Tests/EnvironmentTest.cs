using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>environment (RFC 5183): where the script runs. What is not known matches nothing.</summary>
internal sealed class EnvironmentTest(int line, Matcher matcher, SieveText name, IReadOnlyList<SieveText> keys) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments);
        var name = arguments.NextText();
        return new EnvironmentTest(arguments.Line, matcher, name, TestTexts.ReadKeys(arguments, matcher));
    }

    public override bool Evaluate(SieveRun run)
    {
        if (!run.Environment.Items.TryGetValue(name.Expand(run).ToLowerInvariant(), out var value))
            return false;
        return matcher.IsCount ? matcher.Count(run, value.Length > 0 ? 1 : 0, keys) : matcher.Any(run, [value], keys);
    }
}
