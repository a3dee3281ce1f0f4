using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>duplicate (RFC 7352): whether this was seen at an earlier run. To be remembered when this one ends well.</summary>
internal sealed class Duplicate(int line, SieveText? handle, SieveText? header, SieveText? uniqueId, DuplicateTime time) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var (handle, header, id) = (arguments.Text(":handle"), arguments.Text(":header"), arguments.Text(":uniqueid"));
        if (header is not null && id is not null)
            throw arguments.Fault("TagsExclude", ":header", ":uniqueid");
        var seconds = Math.Min(arguments.Number(":seconds") ?? DuplicateTime.Default, DuplicateTime.AtMost);
        return new Duplicate(arguments.Line, handle, header, id, new DuplicateTime(seconds, arguments.Flag(":last")));
    }

    public override bool Evaluate(SieveRun run)
    {
        // RFC 7352 §3.3: no time, no memory. §3.1: nothing to know it by.
        if (time.Seconds == 0 || Id(run) is not { } id)
            return false;
        run.Spend(id.Length);
        var duplicate = new SieveDuplicate(handle?.Expand(run) ?? "", id, time.Seconds, time.Last);
        var isKnown = run.Environment.IsDuplicate(duplicate);
        if (!isKnown || time.Last)
            run.Result.Remember(duplicate);
        return isKnown;
    }

    private string? Id(SieveRun run) =>
        uniqueId is not null ? uniqueId.Expand(run) : run.Message.Named(header?.Expand(run) ?? "Message-ID").FirstOrDefault()?.Text;
}

/// <param name="Last">It begins again whenever the same is seen.</param>
internal sealed record DuplicateTime(long Seconds, bool Last)
{
    public const long Default = 7 * 24 * 3600;
    public const long AtMost = 90 * 24 * 3600;
}
