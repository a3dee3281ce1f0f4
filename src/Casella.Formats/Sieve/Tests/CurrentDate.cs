using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>currentdate (RFC 5260 §5): a piece of the moment at which the script runs.</summary>
internal sealed class CurrentDate(int line, Matcher matcher, ZoneOption zone, SieveText part, IReadOnlyList<SieveText> keys) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments);
        var zone = ZoneOption.Read(arguments, knowsOriginal: false);
        var part = DatePart.Read(arguments);
        return new CurrentDate(arguments.Line, matcher, zone, part, TestTexts.ReadKeys(arguments, matcher));
    }

    public override bool Evaluate(SieveRun run)
    {
        var name = part.Expand(run);
        return DatePart.IsKnown(name) && matcher.Any(run, [DatePart.Of(name, zone.Shift(run, run.Environment.Now))], keys);
    }
}
