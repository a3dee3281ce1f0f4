using System.Globalization;
using System.Text;

namespace Casella.Core.Archives;

/// <summary>
/// The line that begins a message in an mbox (RFC 4155): "From ", somebody, and a time as of asctime. Programs put the
/// zone before or after the year, or none, which is UTC then.
/// </summary>
internal static class FromLine
{
    private const int LengthAtMost = 1_000;

    /// <param name="receivedAt">Null when its time cannot be read.</param>
    /// <returns>False for a line of text that only begins so: it has no time of day.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out DateTimeOffset? receivedAt)
    {
        receivedAt = null;
        if (!line.StartsWith("From "u8) || line.Length > LengthAtMost)
            return false;
        var words = Encoding.Latin1.GetString(line).Split((char[])[' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindLastIndex(words, IsTime);
        if (at < 3)
            return false;
        var rest = words[(at + 1)..];
        var year = rest.FirstOrDefault(word => word.Length == 4 && word.All(char.IsAsciiDigit));
        if (year is null)
            return false;
        var text = $"{words[at - 1]} {words[at - 2]} {year} {(words[at].Length < 8 ? words[at] + ":00" : words[at])}";
        if (DateTime.TryParseExact(text, "d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            receivedAt = new DateTimeOffset(time, TimeSpan.Zero) - Zone(rest);
        return true;
    }

    private static bool IsTime(string word) =>
        word.Length is 5 or 8 && word[2] == ':' && char.IsAsciiDigit(word[0]) && char.IsAsciiDigit(word[1]) && char.IsAsciiDigit(word[3]);

    private static TimeSpan Zone(string[] words)
    {
        var zone = words.FirstOrDefault(word => word.Length == 5 && word[0] is '+' or '-' && word.Skip(1).All(char.IsAsciiDigit));
        if (zone is null)
            return TimeSpan.Zero;
        var span = new TimeSpan(int.Parse(zone[1..3], CultureInfo.InvariantCulture), int.Parse(zone[3..], CultureInfo.InvariantCulture), 0);
        return zone[0] == '-' ? -span : span;
    }
}
