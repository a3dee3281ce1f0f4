namespace Casella.Architecture;

/// <summary>
/// The files of the repository, found from where the tests run. Every test here that reads source text asks this.
/// </summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj", "artifacts", "TestResults", ".git"];

    public static string Root { get; } = FindRoot();

    /// <summary>C# of the product.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } = [.. Read("src", "*.cs")];

    /// <summary>C# of the product, the tests and the load generator.</summary>
    public static IReadOnlyList<SourceFile> AllCode { get; } = [.. Product, .. Read("tests", "*.cs"), .. Read("bench", "*.cs")];

    public static IEnumerable<SourceFile> Read(string folder, string pattern) => Files(folder, pattern)
        .Select(path => new SourceFile(path, File.ReadAllText(Path.Join(Root, path))));

    /// <summary>Paths from the root with slashes, in ordinal order; nothing that a build has made.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var start = Path.Join(Root, folder);
        return !Directory.Exists(start) ? [] : Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split('/').Any(part => Built.Contains(part, StringComparer.Ordinal)))
            .Order(StringComparer.Ordinal);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Join(folder.FullName, "Casella.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("These tests read the sources; run them from a clone of the repository");
    }
}

/// <param name="Path">From the root of the repository.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public IReadOnlyList<string> Lines { get; } = Text.Split('\n');
}
