using System.Globalization;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>spamtest and virustest (RFC 5235): what those who looked at the message have found.</summary>
internal sealed class SpamTest(int line, Matcher matcher, SieveText key, Func<SieveEnvironment, int?> verdict) : SieveTest(line)
{
    public static SieveTest ReadSpam(Arguments arguments)
    {
        var percent = arguments.Flag(":percent", "spamtestplus");
        // RFC 5235 §3.2: either of the two names will do.
        if (!percent && !arguments.Compilation.Required.Contains("spamtestplus"))
            arguments.Need("spamtest", arguments.Name);
        return Read(arguments, percent ? static environment => environment.SpamPercent : static environment => Tenths(environment.SpamPercent));
    }

    public static SieveTest ReadVirus(Arguments arguments) => Read(arguments, static environment => environment.VirusLevel);

    public override bool Evaluate(SieveRun run)
    {
        var found = verdict(run.Environment);
        if (matcher.IsCount)
            return matcher.Count(run, found is null ? 0 : 1, [key]);
        return matcher.Any(run, [(found ?? 0).ToString(CultureInfo.InvariantCulture)], [key]);
    }

    private static SpamTest Read(Arguments arguments, Func<SieveEnvironment, int?> verdict)
    {
        var matcher = Matcher.Read(arguments);
        return new SpamTest(arguments.Line, matcher, TestTexts.ReadKeys(arguments, matcher) is [var only] ? only : throw arguments.Fault("WantsString", arguments.Name), verdict);
    }

    /// <summary>RFC 5235 §3.2.1: 1 is clear, 10 is certain.</summary>
    private static int? Tenths(int? percent) => percent is { } value ? 1 + (Math.Clamp(value, 0, 100) * 9 / 100) : null;
}
