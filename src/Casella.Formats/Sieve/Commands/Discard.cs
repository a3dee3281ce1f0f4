using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>Throws the message away by cancelling the implicit keep (RFC 5228 §4.4).</summary>
internal sealed class Discard(int line) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments) => new Discard(arguments.Line);

    public override Flow Execute(SieveRun run)
    {
        run.Result.CancelKeep();
        return Flow.Next;
    }
}
