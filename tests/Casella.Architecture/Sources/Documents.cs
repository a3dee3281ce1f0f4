using System.Text.RegularExpressions;
using System.Xml.Linq;
using AwesomeAssertions;

namespace Casella.Architecture.Sources;

/// <summary>
/// The documents tell the truth about the tree: their links lead somewhere, and every package has its line.
/// </summary>
public sealed partial class Documents
{
    private static readonly IReadOnlyList<SourceFile> All =
        [new SourceFile("README.md", File.ReadAllText(Path.Join(Repository.Root, "README.md"))), .. Repository.Read("docs", "*.md")];

    [Fact]
    public void Every_link_leads_to_something_in_the_repository()
    {
        var broken = All.SelectMany(document => Link().Matches(document.Text).Select(match => (document.Path, Target: match.Groups["target"].Value)))
            .Where(link => !link.Target.Contains("://", StringComparison.Ordinal) && !link.Target.StartsWith('#'))
            .Where(link => !Exists(Path.Join(Repository.Root, Path.GetDirectoryName(link.Path), link.Target.Split('#')[0])));

        broken.Should().BeEmpty();
    }

    [Fact]
    public void Documents_named_in_the_code_exist() =>
        Repository.AllCode.SelectMany(file => Named().Matches(file.Text).Select(match => (file.Path, Document: match.Value)))
            // "docs/adr/0006" is short for the one that begins so.
            .Where(named => !Directory.GetFileSystemEntries(Path.Join(Repository.Root, Path.GetDirectoryName(named.Document)), $"{Path.GetFileName(named.Document)}*").Any(Exists))
            .Should().BeEmpty();

    [Fact]
    public void Every_package_has_its_line_in_the_list_of_dependencies()
    {
        var list = All.Single(document => document.Path is "docs/dependencies.md").Text;
        var packages = XDocument.Load(Path.Join(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value)
            // One line tells of logging and wiring.
            .Where(name => !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name.EndsWith("Systemd", StringComparison.Ordinal));

        packages.Where(name => !list.Contains(name, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Every_decision_says_what_would_reverse_it()
    {
        var decisions = All.Where(document => document.Path.StartsWith("docs/adr/", StringComparison.Ordinal)).ToList();

        decisions.Should().NotBeEmpty();
        decisions.Where(adr => !new[] { "## Context", "## Decision", "## Consequences", "## What would reverse it" }.All(part => adr.Text.Contains(part, StringComparison.Ordinal)))
            .Select(adr => adr.Path).Should().BeEmpty();
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/])docs/[\w/.-]*\w", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Named();
}
