using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>allof (RFC 5228 §5.2), from left to right, no further than needed (RFC 5229 §3.2).</summary>
internal sealed class AllOf(int line, IReadOnlyList<SieveTest> tests) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments) => new AllOf(arguments.Line, arguments.Tests());

    public override bool Evaluate(SieveRun run) => tests.All(run.Evaluate);
}
