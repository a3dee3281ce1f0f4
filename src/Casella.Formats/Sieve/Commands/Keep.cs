using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>Files the message where mail goes without a script (RFC 5228 §4.3).</summary>
internal sealed class Keep(int line, IReadOnlyList<SieveText>? flags) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments) => new Keep(arguments.Line, arguments.Texts(":flags", "imap4flags"));

    public override Flow Execute(SieveRun run)
    {
        var set = flags is null ? run.Flags : FlagSet.Read(flags.Select(flag => flag.Expand(run)));
        run.Result.Store(run, new SieveAction.Store(null, set, run.Message.Edited));
        run.Result.CancelKeep();
        return Flow.Next;
    }
}
