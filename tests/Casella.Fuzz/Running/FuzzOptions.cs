using System.Globalization;

namespace Casella.Fuzz.Running;

/// <summary>
/// How long each target is fuzzed, and from which seed: two seconds of always the same inputs in the ordinary run;
/// with CASELLA_FUZZ_MINUTES so many minutes of new ones, unless CASELLA_FUZZ_SEED names an old run.
/// </summary>
internal static class FuzzOptions
{
    private static readonly TimeSpan Ordinary = TimeSpan.FromSeconds(2);

    public static TimeSpan Time { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("CASELLA_FUZZ_MINUTES"), CultureInfo.InvariantCulture, out var minutes)
            ? TimeSpan.FromMinutes(minutes)
            : Ordinary;

    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("CASELLA_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed
        : Time > Ordinary ? Environment.TickCount & int.MaxValue
        : 1;
}
