using System.Text.RegularExpressions;
using AwesomeAssertions;

namespace Casella.Architecture.Sources;

/// <summary>Nothing half-done and nothing of one machine is in the code.</summary>
public sealed partial class Unfinished
{
    // Folders that every Linux has; any other absolute path is somebody's own.
    private static readonly string[] Everywhere = ["/var/", "/etc/", "/usr/", "/proc/", "/sys/", "/dev/", "/run/", "/tmp/", "/bin/", "/sbin/", "/nonexistent/"];

    [Fact]
    public void Nothing_is_left_to_do() =>
        Find(Repository.Product, UnfinishedWords()).Should().BeEmpty();

    [Fact]
    public void No_path_of_a_machine_is_in_the_code() =>
        Repository.AllCode.Concat(Repository.Read("src", "*.resx")).Concat(Repository.Read("bench", "*.sh")).Concat(Repository.Read("docs", "*.md"))
            .SelectMany(file => AbsolutePath().Matches(file.Text).Select(match => (file.Path, Found: match.Groups["path"].Value)))
            .Where(found => !Everywhere.Any(folder => found.Found.StartsWith(folder, StringComparison.Ordinal)))
            .Should().BeEmpty();

    [Fact]
    public void No_warning_is_switched_off_without_a_reason()
    {
        var silent = Repository.Product.SelectMany(file => file.Lines.Select((line, index) => (file.Path, Line: index + 1, Text: line.Trim())))
            .Where(at => at.Text.StartsWith("#pragma warning disable", StringComparison.Ordinal) && !at.Text.Contains("//", StringComparison.Ordinal));

        silent.Should().BeEmpty("behind the rule's number stands // and why");
    }

    [Fact]
    public void No_code_is_folded_away() =>
        Find(Repository.AllCode, Region()).Should().BeEmpty();

    private static IEnumerable<string> Find(IEnumerable<SourceFile> files, Regex pattern) => files
        .SelectMany(file => file.Lines.Select((line, index) => (Where: $"{file.Path}:{index + 1}", Text: line)))
        .Where(at => pattern.IsMatch(at.Text))
        .Select(at => $"{at.Where}: {at.Text.Trim()}");

    [GeneratedRegex(@"NotImplementedException|\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex UnfinishedWords();

    [GeneratedRegex(@"^\s*#(end)?region", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Region();

    // A quoted or bare path of at least two parts that begins like a folder, not like the slash in "and/or" or in a
    // URL.
    [GeneratedRegex(@"(?<=[\s""'`(=])(?<path>/(home|root|Users|mnt|srv|opt|data|build|src|work[a-z]*|tmp|workspace)/[\w.-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex AbsolutePath();
}
