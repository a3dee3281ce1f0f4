using System.Globalization;

namespace Casella.Architecture.Sources;

/// <summary>Prints what has grown. A size is a question to the author, not a rule: nothing fails here.</summary>
public sealed class Sizes(ITestOutputHelper output)
{
    private const int Sitting = 300;
    private const int TheEnd = 500;

    [Fact]
    public void Long_files_are_printed()
    {
        var files = Repository.AllCode.Select(file => (file.Path, Lines: file.Lines.Count)).ToList();
        foreach (var (path, lines) in files.Where(f => f.Lines > Sitting).OrderByDescending(f => f.Lines))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines,5}  {path}{(lines > TheEnd ? "  (over 500)" : "")}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{files.Count} files, {files.Sum(f => f.Lines)} lines, {files.Count(f => f.Lines > Sitting)} over {Sitting}, {files.Count(f => f.Lines > TheEnd)} over {TheEnd}"));

        Assert.NotEmpty(files);
    }
}
