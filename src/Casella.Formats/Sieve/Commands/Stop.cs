using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>Ends everything (RFC 5228 §3.3).</summary>
internal sealed class Stop(int line) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments) => new Stop(arguments.Line);

    public override Flow Execute(SieveRun run) => Flow.Stop;
}
