namespace Casella.Server;

/// <summary>
/// How to call this program again from the current folder: "casella" when it is in the PATH, else its path.
/// </summary>
internal static class ProgramName
{
    public static string Text { get; } = Find(Environment.ProcessPath, Environment.CurrentDirectory, Environment.GetEnvironmentVariable("PATH") ?? "");

    internal static string Find(string? processPath, string currentFolder, string path)
    {
        // Run by "dotnet casella.dll": the process is dotnet.
        if (processPath is null || Path.GetFileNameWithoutExtension(processPath) is not "casella")
            return $"dotnet {Path.GetRelativePath(currentFolder, Path.Join(AppContext.BaseDirectory, "casella.dll"))}";
        if (path.Split(':').Contains(Path.GetDirectoryName(processPath), StringComparer.Ordinal))
            return "casella";
        var relative = Path.GetRelativePath(currentFolder, processPath);
        return relative.StartsWith("..", StringComparison.Ordinal) ? processPath : relative.Contains('/', StringComparison.Ordinal) ? relative : $"./{relative}";
    }
}
