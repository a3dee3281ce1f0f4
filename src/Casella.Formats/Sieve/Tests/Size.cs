using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>size (RFC 5228 §5.9): of the message, or of the part in a loop (RFC 5703 §4's example).</summary>
internal sealed class Size(int line, bool over, long limit) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var (over, under) = (arguments.Number(":over"), arguments.Number(":under"));
        if (over is null == under is null)
            throw arguments.Fault("SizeWantsOne");
        return new Size(arguments.Line, over is not null, over ?? under!.Value);
    }

    public override bool Evaluate(SieveRun run)
    {
        var size = run.Message.CurrentPart is { } part ? part.BodyOffset - part.HeaderOffset + part.BodySize : run.Message.Size;
        return over ? size > limit : size < limit;
    }
}
