using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>ihave (RFC 5463 §4): whether all the capabilities are there; then the script may use them.</summary>
internal sealed class IHave(int line, IReadOnlyList<string> capabilities) : SieveTest(line)
{
    // RFC 5463 §4: what changes how the script itself is read comes too late here.
    private static readonly string[] NeverLate = ["encoded-character", "variables"];

    public static SieveTest Read(Arguments arguments) => new IHave(arguments.Line, arguments.NextConstants());

    public override bool Evaluate(SieveRun run)
    {
        var missing = capabilities.Where(capability => !run.Scope.Capabilities.Contains(capability)).ToList();
        if (!missing.TrueForAll(capability => SieveCapabilities.IsKnown(capability) && !NeverLate.Contains(capability, StringComparer.Ordinal)))
            return false;
        run.Scope.Capabilities.UnionWith(missing);
        return true;
    }
}
