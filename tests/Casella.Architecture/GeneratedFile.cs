using AwesomeAssertions;

namespace Casella.Architecture;

/// <summary>
/// A document that is written from the code and kept in the repository so that people can read it there. With
/// UPDATE_DOCS=1 the test writes it; else it says when it is stale.
/// </summary>
internal static class GeneratedFile
{
    public static void ShouldBe(string path, string text)
    {
        var file = Path.Join(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is "1")
            File.WriteAllText(file, text);
        var current = File.Exists(file) ? File.ReadAllText(file) : "";
        current.Should().Be(text, "{0} is written from the code; run the tests of Casella.Architecture with UPDATE_DOCS=1 and commit it", path);
    }
}
