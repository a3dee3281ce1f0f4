using System.Globalization;
using Casella.Formats.Mime;
using Casella.Formats.Sieve.Compiling;

namespace Casella.Formats.Sieve.Matching;

/// <summary>A piece of a point in time (RFC 5260 §4.2).</summary>
internal static class DatePart
{
    private static readonly DateTime ModifiedJulianZero = new(1858, 11, 17, 0, 0, 0, DateTimeKind.Utc);

    private static readonly Dictionary<string, Func<DateTimeOffset, string>> Parts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["year"] = Formatted("yyyy"),
        ["month"] = Formatted("MM"),
        ["day"] = Formatted("dd"),
        ["date"] = Formatted("yyyy-MM-dd"),
        // Of the day that it is there, not in Greenwich: it is made of date as date is.
        ["julian"] = static time => ((time.Date - ModifiedJulianZero).Days).ToString(CultureInfo.InvariantCulture),
        ["hour"] = Formatted("HH"),
        ["minute"] = Formatted("mm"),
        ["second"] = Formatted("ss"),
        ["time"] = Formatted("HH:mm:ss"),
        ["iso8601"] = static time => time.ToString(
            time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        ["std11"] = static time => MessageDate.Format(time),
        ["zone"] = static time => Zone(time.Offset),
        ["weekday"] = static time => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
    };

    public static bool IsKnown(string part) => Parts.ContainsKey(part);

    public static string Of(string part, DateTimeOffset time) => Parts[part](time);

    /// <summary>time-zone = ( "+" / "-" ) 4DIGIT; null for what is none.</summary>
    public static TimeSpan? ParseZone(string zone)
    {
        if (zone is not ['+' or '-', _, _, _, _] || !zone.AsSpan(1).ContainsOnlyDigits())
            return null;
        var offset = new TimeSpan(int.Parse(zone.AsSpan(1, 2), CultureInfo.InvariantCulture), int.Parse(zone.AsSpan(3), CultureInfo.InvariantCulture), 0);
        // What .NET can shift by; the world's own go from -12 to +14.
        return offset > TimeSpan.FromHours(14) ? null : zone[0] == '-' ? -offset : offset;
    }

    private static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;

    private static string Zone(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(offset.Hours):00}{Math.Abs(offset.Minutes):00}");

    private static Func<DateTimeOffset, string> Formatted(string format) => time => time.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The part's name of a test: one of the known ones where it is a constant.</summary>
    public static SieveText Read(Arguments arguments)
    {
        var part = arguments.NextText();
        return !part.IsConstant || IsKnown(part.Source) ? part : throw arguments.Fault("UnknownDatePart", part.Source);
    }
}
