using System.Globalization;
using System.Text;

namespace Casella.Formats.Documents;

/// <summary>
/// Reads the events of an iCalendar file (RFC 5545), to be shown: what, when, where, who. Times are kept as they are
/// written, with the name of their zone.
/// </summary>
public static class CalendarReader
{
    private const int EventsAtMost = 50;
    private const int PeopleAtMost = 200;
    private const int TextAtMost = 4_000;

    /// <summary>Nothing for a file that is no calendar.</summary>
    public static CalendarFile Read(byte[] file)
    {
        var (events, lines, method, depth) = (new List<CalendarEvent>(), (List<(string Name, Dictionary<string, string> Parameters, string Value)>?)null, "", 0);
        foreach (var line in Lines(Encoding.UTF8.GetString(file)).Select(Parse))
        {
            if (line is not { } one)
                continue;
            var value = one.Value.Trim();
            if (one.Name is "BEGIN")
            {
                depth += lines is null ? 0 : 1;
                lines ??= value.Equals("VEVENT", StringComparison.OrdinalIgnoreCase) ? [] : null;
            }
            else if (one.Name is "END" && lines is not null)
            {
                // An alarm inside an event ends before it.
                if (depth > 0)
                    depth--;
                else
                {
                    events.Add(EventOf(lines));
                    lines = null;
                    if (events.Count == EventsAtMost)
                        break;
                }
            }
            else if (one.Name is "METHOD" && lines is null)
                method = value.ToUpper(CultureInfo.InvariantCulture);
            else if (depth == 0)
                lines?.Add(one);
        }

        return new CalendarFile(method, events);
    }

    /// <summary>RFC 5545 §3.1.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        var line = new StringBuilder();
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.Length > 0 && (raw.StartsWith(' ') || raw.StartsWith('\t')))
            {
                line.Append(raw.AsSpan(1));
                continue;
            }

            if (line.Length > 0)
                yield return line.ToString();
            line.Clear().Append(raw);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    private static (string Name, Dictionary<string, string> Parameters, string Value)? Parse(string line)
    {
        var (parts, start, isQuoted) = (new List<string>(), 0, false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                isQuoted = !isQuoted;
            if (isQuoted || line[i] is not (';' or ':'))
                continue;
            parts.Add(line[start..i]);
            start = i + 1;
            if (line[i] == ':')
                return (parts[0].Trim().ToUpper(CultureInfo.InvariantCulture), Parameters(parts.Skip(1)), line[start..]);
        }

        return null;
    }

    private static Dictionary<string, string> Parameters(IEnumerable<string> texts)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in texts)
            if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                parameters[text[..at]] = text[(at + 1)..].Trim('"');
        return parameters;
    }

    private static CalendarEvent EventOf(List<(string Name, Dictionary<string, string> Parameters, string Value)> lines)
    {
        var (start, isDay) = Time("DTSTART");
        var (end, _) = Time("DTEND");
        return new CalendarEvent(Text("SUMMARY"), start, end, isDay, Text("LOCATION"), Text("DESCRIPTION"), Person("ORGANIZER").FirstOrDefault() ?? "")
        {
            Attendees = [.. Person("ATTENDEE").Take(PeopleAtMost)],
            Zone = lines.Where(line => line.Name is "DTSTART").Select(line => line.Parameters.GetValueOrDefault("TZID")).FirstOrDefault() ?? "",
            IsUtc = lines.Exists(line => line.Name is "DTSTART" && line.Value.TrimEnd().EndsWith('Z')),
            Repeats = lines.Exists(line => line.Name is "RRULE"),
            IsCancelled = Text("STATUS").Equals("CANCELLED", StringComparison.OrdinalIgnoreCase),
        };

        string Text(string name) => lines.Where(line => string.Equals(line.Name, name, StringComparison.Ordinal)).Select(line => Unescaped(line.Value)).FirstOrDefault() ?? "";

        (DateTime? At, bool IsDay) Time(string name)
        {
            var text = lines.Where(line => string.Equals(line.Name, name, StringComparison.Ordinal)).Select(line => line.Value.Trim().TrimEnd('Z')).FirstOrDefault() ?? "";
            if (DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
                return (at, false);
            return DateTime.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (day, true) : (null, false);
        }

        IEnumerable<string> Person(string name) => lines.Where(line => string.Equals(line.Name, name, StringComparison.Ordinal)).Select(line =>
        {
            var address = line.Value.Trim();
            address = address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? address[7..] : address;
            return line.Parameters.GetValueOrDefault("CN") is { Length: > 0 } common && !string.Equals(common, address, StringComparison.Ordinal) ? $"{common} <{address}>" : address;
        });
    }

    /// <summary>RFC 5545 §3.3.11.</summary>
    private static string Unescaped(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length && text.Length < TextAtMost; i++)
            text.Append(value[i] != '\\' || i + 1 == value.Length ? value[i] : value[++i] is 'n' or 'N' ? '\n' : value[i]);
        return text.ToString().Trim();
    }
}

/// <param name="Method">"REQUEST" is an invitation, "REPLY" an answer to one, "CANCEL" calls it off.</param>
public sealed record CalendarFile(string Method, IReadOnlyList<CalendarEvent> Events);

/// <param name="IsDay">Start and end are days; the end is the day after the last.</param>
public sealed record CalendarEvent(string Summary, DateTime? Start, DateTime? End, bool IsDay, string Location, string Description, string Organizer)
{
    public IReadOnlyList<string> Attendees { get; init; } = [];

    /// <summary>As the file calls it; empty for none.</summary>
    public string Zone { get; init; } = "";
    public bool IsUtc { get; init; }
    public bool Repeats { get; init; }
    public bool IsCancelled { get; init; }
}
