using System.Globalization;
using MimeKit.Utils;

namespace Casella.Formats.Mime;

/// <summary>
/// The date-time of RFC 5322 §3.3: written for Date and Received fields, read leniently (two-digit years, zone names,
/// missing weekdays).
/// </summary>
public static class MessageDate
{
    /// <summary>"Tue, 24 Nov 2026 14:03:00 +0100".</summary>
    public static string Format(DateTimeOffset time)
    {
        var offset = time.Offset;
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{time:ddd, d MMM yyyy HH:mm:ss} {sign}{Math.Abs(offset.Hours):00}{Math.Abs(offset.Minutes):00}");
    }

    /// <summary>Reads a Date field's unfolded value.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out DateTimeOffset time) => DateUtils.TryParse(value.ToArray(), out time);
}
