using System.Globalization;

namespace Casella.Bench.Server;

/// <summary>
/// The processes of the server under test, when it runs on this machine: their memory and processor time, read from
/// /proc. Named by a process id (with all its descendants) or by the user they run as. Pss counts a page shared by
/// n processes as 1/n in each, so that the sum over a process-per-connection server is fair.
/// </summary>
internal sealed class ServerProcesses(IReadOnlyList<int> roots, IReadOnlyList<int> userIds)
{
    /// <summary>USER_HZ, the unit of /proc/PID/stat; 100 on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    public bool Known => roots.Count + userIds.Count > 0;

    /// <summary>The proportional share of memory of all processes, in bytes, and their number.</summary>
    public (long Bytes, int Processes) Memory()
    {
        long bytes = 0;
        var processes = 0;
        foreach (var process in Living())
        {
            if (ReadIfAlive($"/proc/{process.Id}/smaps_rollup") is not { } text)
                continue;
            bytes += FirstNumber(text, "Pss:") * 1024;
            processes++;
        }

        return (bytes, processes);
    }

    /// <summary>
    /// Seconds of processor time used so far by all of them, with those of their children that have ended and were
    /// waited for.
    /// </summary>
    public double ProcessorSeconds() => Living().Sum(process => process.Ticks) / TicksPerSecond;

    private IEnumerable<ProcessRow> Living()
    {
        var rows = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(ReadRow)
            .OfType<ProcessRow>()
            .ToList();
        var children = rows.ToLookup(row => row.Parent, row => row.Id);
        var chosen = new HashSet<int>(rows.Where(row => userIds.Contains(row.UserId)).Select(row => row.Id));
        var pending = new Stack<int>(roots);
        while (pending.TryPop(out var id))
        {
            if (!chosen.Add(id))
                continue;
            foreach (var child in children[id])
                pending.Push(child);
        }

        return rows.Where(row => chosen.Contains(row.Id));
    }

    private static ProcessRow? ReadRow(int id)
    {
        if (ReadIfAlive($"/proc/{id}/stat") is not { } stat || ReadIfAlive($"/proc/{id}/status") is not { } status)
            return null;
        // The command in parentheses may hold spaces; the fields after it do not. See proc(5): ppid is field 4,
        // utime to cstime are 14 to 17.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        var parent = int.Parse(fields[1], CultureInfo.InvariantCulture);
        return new ProcessRow(id, parent, (int)FirstNumber(status, "Uid:"), ticks);
    }

    /// <summary>The first number on the line that starts with <paramref name="key"/>.</summary>
    private static long FirstNumber(string text, string key)
    {
        var at = text.IndexOf("\n" + key, StringComparison.Ordinal);
        if (at < 0)
            throw new InvalidDataException($"/proc has no {key}");
        var line = text[(at + 1 + key.Length)..].Split('\n', 2)[0];
        var number = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0];
        return long.Parse(number, CultureInfo.InvariantCulture);
    }

    private static string? ReadIfAlive(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The process has ended since the directory was listed.
            return null;
        }
    }

    private sealed record ProcessRow(int Id, int Parent, int UserId, long Ticks);
}
