namespace Casella.Server.Configuration;

/// <summary>Reads <c>Imap=Debug,Net=Warning</c>.</summary>
internal static class LogLevels
{
    private static readonly string[] Rooms = ["Core", "Storage", "Net", "Imap", "Pop3", "Smtp", "Web", "Server"];

    /// <summary>Levels by log category prefix ("Casella.Imap").</summary>
    public static bool TryParse(string text, out IReadOnlyDictionary<string, LogLevel> levels, out string? problem)
    {
        var result = new Dictionary<string, LogLevel>(StringComparer.Ordinal);
        (levels, problem) = (result, null);
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            var room = Rooms.FirstOrDefault(r => string.Equals(r, sides[0], StringComparison.OrdinalIgnoreCase));
            if (room is null)
                problem = $"\"{sides[0]}\" is not one of {string.Join(", ", Rooms)}";
            else if (sides.Length < 2 || !Enum.TryParse<LogLevel>(sides[1], ignoreCase: true, out var level) || !Enum.IsDefined(level))
                problem = $"\"{part}\" is not Room=Level, with one of {string.Join(", ", Enum.GetNames<LogLevel>())}";
            else
                result[$"Casella.{room}"] = level;
        }
        return problem is null;
    }
}
