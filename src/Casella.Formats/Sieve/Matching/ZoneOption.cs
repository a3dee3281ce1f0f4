using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Matching;

/// <summary>":zone" and ":originalzone" of the date tests (RFC 5260 §4.1); without them the office's own zone.</summary>
internal sealed class ZoneOption
{
    private readonly SieveText? _zone;
    private readonly bool _isOriginal;

    private ZoneOption(SieveText? zone, bool isOriginal) => (_zone, _isOriginal) = (zone, isOriginal);

    public static ZoneOption Read(Arguments arguments, bool knowsOriginal)
    {
        var zone = arguments.Text(":zone");
        var isOriginal = knowsOriginal && arguments.Flag(":originalzone");
        if (zone is not null && isOriginal)
            throw arguments.Fault("TagsExclude", ":zone", ":originalzone");
        if (zone is { IsConstant: true } && DatePart.ParseZone(zone.Source) is null)
            throw arguments.Fault("BadZone", zone.Source);
        return new ZoneOption(zone, isOriginal);
    }

    public DateTimeOffset Shift(SieveRun run, DateTimeOffset time)
    {
        if (_isOriginal)
            return time;
        if (_zone is null)
            return TimeZoneInfo.ConvertTime(time, run.Environment.Zone);
        var text = _zone.Expand(run);
        var offset = DatePart.ParseZone(text) ?? throw run.Fault("BadZone", text);
        // At the ends of time there is nothing to shift to.
        var shifted = time.UtcTicks + offset.Ticks;
        return shifted >= DateTime.MinValue.Ticks && shifted <= DateTime.MaxValue.Ticks ? time.ToOffset(offset) : time;
    }
}
