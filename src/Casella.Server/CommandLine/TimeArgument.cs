using System.Globalization;

namespace Casella.Server.CommandLine;

/// <summary>
/// A moment as people type it: "14:00" and "14:00:30" (today), "yesterday 9:00", "30m", "2h", "3d" (ago), "2026-11-25",
/// "2026-11-25 14:00", ISO 8601. In the machine's own zone where none is given.
/// </summary>
internal static class TimeArgument
{
    /// <summary>Code of the failure: a wrong use, that is.</summary>
    public const string Invalid = "InvalidTime";

    /// <summary>Longer ago there is no calendar for.</summary>
    private const int LongestDays = 100_000;

    private static readonly string[] Hours = ["H:mm", "HH:mm", "H:mm:ss", "HH:mm:ss"];

    private static readonly string[] Moments =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"];

    /// <exception cref="CommandException">Not a moment.</exception>
    public static DateTimeOffset Parse(string text, TimeProvider time)
    {
        var now = time.GetLocalNow();
        var typed = text.Trim();
        if (Ago(typed) is { } span)
            return now - span;
        var day = now.Date;
        if (typed.StartsWith("yesterday ", StringComparison.OrdinalIgnoreCase))
            (typed, day) = (typed["yesterday ".Length..].Trim(), day.AddDays(-1));
        if (TimeOnly.TryParseExact(typed, Hours, CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour))
            return Local(day + hour.ToTimeSpan(), time);
        if (DateTime.TryParseExact(typed, Moments, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
            return Local(moment, time);
        if (typed.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(typed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var exact))
            return exact;
        throw new CommandException(
            Invalid, $"\"{text}\" is not a time such as 14:00, \"yesterday 9:00\", 2h or \"2026-11-25 14:00\".");
    }

    private static TimeSpan? Ago(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        TimeSpan? ago = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' when number < LongestDays => TimeSpan.FromDays(number),
            _ => null,
        };
        return ago < TimeSpan.FromDays(LongestDays) ? ago : null;
    }

    private static DateTimeOffset Local(DateTime local, TimeProvider time) => new(local, time.LocalTimeZone.GetUtcOffset(local));
}
