using System.Globalization;

namespace Casella.Bench.Server;

/// <summary>User names to numbers, by /etc/passwd.</summary>
internal static class SystemUsers
{
    /// <exception cref="FormatException">There is no such user.</exception>
    public static int IdOf(string name)
    {
        var row = File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .FirstOrDefault(fields => string.Equals(fields[0], name, StringComparison.Ordinal));
        return row is null
            ? throw new FormatException($"there is no user '{name}' in /etc/passwd")
            : int.Parse(row[2], CultureInfo.InvariantCulture);
    }
}
