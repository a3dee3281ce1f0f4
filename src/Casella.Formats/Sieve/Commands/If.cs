using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>if, elsif, else (RFC 5228 §3.1): the first test that is true has its block run.</summary>
internal sealed class If(int line, IReadOnlyList<(SieveTest? Test, SieveBlock Block)> branches) : SieveCommand(line)
{
    /// <param name="parts">The "if" and what follows it, in order.</param>
    public static If Read(IReadOnlyList<Arguments> parts)
    {
        var branches = new List<(SieveTest?, SieveBlock)>(parts.Count);
        var isOver = false;
        foreach (var part in parts)
        {
            if (isOver)
                throw part.Fault("ElseWithoutIf", part.Name);
            isOver = part.Name is "else";
            var test = isOver ? null : part.OneTest();
            branches.Add((test, part.Block()));
            part.End();
        }

        return new If(parts[0].Line, branches);
    }

    public override Flow Execute(SieveRun run)
    {
        foreach (var (test, block) in branches)
            if (test is null || run.Evaluate(test))
                return block.Execute(run);
        return Flow.Next;
    }
}
