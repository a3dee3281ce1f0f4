namespace Casella.Transcripts;

/// <summary>The clone in which the tests were built: for what compares the code with files beside it.</summary>
public static class RepositoryFolder
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        while (!File.Exists(System.IO.Path.Join(folder, "Casella.slnx")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run the tests from a clone of the repository");
        return folder;
    }
}
