using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>not (RFC 5228 §5.8).</summary>
internal sealed class Not(int line, SieveTest test) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments) => new Not(arguments.Line, arguments.OneTest());

    public override bool Evaluate(SieveRun run) => !run.Evaluate(test);
}
