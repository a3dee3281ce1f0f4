using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>true and false (RFC 5228 §5.6, §5.10).</summary>
internal sealed class True(int line, bool value) : SieveTest(line)
{
    public static SieveTest ReadTrue(Arguments arguments) => new True(arguments.Line, true);

    public static SieveTest ReadFalse(Arguments arguments) => new True(arguments.Line, false);

    public override bool Evaluate(SieveRun run) => value;
}
