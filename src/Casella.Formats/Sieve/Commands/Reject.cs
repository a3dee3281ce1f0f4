using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>reject and ereject (RFC 5429 §2): the message goes back with a reason.</summary>
internal sealed class Reject(int line, SieveText reason, bool atProtocol) : SieveCommand(line)
{
    public static SieveCommand ReadReject(Arguments arguments) => new Reject(arguments.Line, arguments.NextText(), atProtocol: false);

    public static SieveCommand ReadEreject(Arguments arguments) => new Reject(arguments.Line, arguments.NextText(), atProtocol: true);

    public override Flow Execute(SieveRun run)
    {
        run.Result.Reject(run, new SieveAction.Reject(reason.Expand(run), atProtocol));
        return Flow.Next;
    }
}
