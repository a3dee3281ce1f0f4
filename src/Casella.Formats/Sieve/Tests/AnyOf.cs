using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>anyof (RFC 5228 §5.3), from left to right, no further than needed (RFC 5229 §3.2).</summary>
internal sealed class AnyOf(int line, IReadOnlyList<SieveTest> tests) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments) => new AnyOf(arguments.Line, arguments.Tests());

    public override bool Evaluate(SieveRun run) => tests.Any(run.Evaluate);
}
