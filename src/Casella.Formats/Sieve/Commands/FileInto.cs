using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>Files the message into a mailbox (RFC 5228 §4.1).</summary>
internal sealed class FileInto(int line, StoreArguments how, bool copy, SieveText mailbox) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        var copy = arguments.Flag(":copy", "copy");
        return new FileInto(arguments.Line, StoreArguments.Read(arguments), copy, arguments.NextText());
    }

    public override Flow Execute(SieveRun run)
    {
        var target = how.Mailbox(run, mailbox.Expand(run));
        run.Result.Store(run, new SieveAction.Store(target, how.Flags(run), run.Message.Edited));
        // RFC 3894 §3: a copy leaves the message where it would go.
        if (!copy)
            run.Result.CancelKeep();
        return Flow.Next;
    }
}
