using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>Sends the message on (RFC 5228 §4.2), or to everybody on a list (RFC 6134 §2.3).</summary>
internal sealed class Redirect(int line, bool copy, bool toList, SieveText address) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        var (copy, toList) = (arguments.Flag(":copy", "copy"), arguments.Flag(":list", "extlists"));
        var address = arguments.NextText();
        if (!toList && address.IsConstant && FieldAddresses.ParseOne(address.Source) is null)
            throw arguments.Fault("BadAddress", address.Source);
        return new Redirect(arguments.Line, copy, toList, address);
    }

    public override Flow Execute(SieveRun run)
    {
        var name = address.Expand(run);
        IEnumerable<string> targets = toList ? run.Environment.FindList(name) ?? throw run.Fault("NoSuchList", name) : [name];
        foreach (var target in targets)
            run.Result.Redirect(run, FieldAddresses.ParseOne(target) ?? throw run.Fault("BadAddress", target), run.Message.Unenclosed);
        if (!copy)
            run.Result.CancelKeep();
        return Flow.Next;
    }
}
