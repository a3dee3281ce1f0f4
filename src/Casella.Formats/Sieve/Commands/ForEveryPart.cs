using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>foreverypart (RFC 5703 §3): the block for each MIME part, depth first; inside another, for its children.</summary>
internal sealed class ForEveryPart(int line, string? name, SieveBlock block) : SieveCommand(line)
{
    private const int MaxDepth = 4;

    public static SieveCommand Read(Arguments arguments)
    {
        var loops = arguments.Compilation.Loops;
        if (loops.Count == MaxDepth)
            throw arguments.Fault("PartsTooDeep", MaxDepth);
        var name = arguments.Constant(":name");
        loops.Push(name);
        try
        {
            return new ForEveryPart(arguments.Line, name, arguments.Block());
        }
        finally
        {
            loops.Pop();
        }
    }

    public override Flow Execute(SieveRun run)
    {
        var loop = run.Message.BeginLoop();
        try
        {
            while (loop.MoveNext(run.Message.Structure))
            {
                // The deeper it is, the longer the way to it.
                run.Spend(100 + 4 * loop.Current.Length);
                var flow = block.Execute(run);
                if (flow.Kind is FlowKind.Break && (flow.Loop is null || string.Equals(flow.Loop, name, StringComparison.Ordinal)))
                    return Flow.Next;
                if (flow.Kind is not FlowKind.Next)
                    return flow;
            }

            return Flow.Next;
        }
        finally
        {
            run.Message.EndLoop();
        }
    }
}

/// <summary>break (RFC 5703 §3): ends the innermost loop, or the one of this name.</summary>
internal sealed class Break(int line, string? name) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        var name = arguments.Constant(":name");
        var loops = arguments.Compilation.Loops;
        return loops.Count > 0 && (name is null || loops.Contains(name)) ? new Break(arguments.Line, name) : throw arguments.Fault("BreakOutsideLoop");
    }

    public override Flow Execute(SieveRun run) => new(FlowKind.Break, name);
}
