using System.Xml.Linq;
using AwesomeAssertions;

namespace Casella.Architecture.Walls;

/// <summary>
/// Which room's project may name which. What is not in the table does not compile, so the table is the architecture.
/// </summary>
public sealed class ProjectWalls
{
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["Casella.Formats"] = [],
        ["Casella.Core"] = ["Casella.Formats"],
        ["Casella.Storage"] = ["Casella.Core", "Casella.Formats"],
        ["Casella.Net"] = ["Casella.Core", "Casella.Formats"],
        ["Casella.Imap"] = ["Casella.Core", "Casella.Formats", "Casella.Net"],
        ["Casella.ManageSieve"] = ["Casella.Core", "Casella.Formats", "Casella.Net"],
        ["Casella.Pop3"] = ["Casella.Core", "Casella.Formats", "Casella.Net"],
        ["Casella.Smtp"] = ["Casella.Core", "Casella.Formats", "Casella.Net"],
        ["Casella.Web"] = ["Casella.Core", "Casella.Formats"],
        ["Casella.Server"] = ["Casella.Core", "Casella.Formats", "Casella.Imap", "Casella.ManageSieve", "Casella.Net", "Casella.Pop3", "Casella.Smtp", "Casella.Storage", "Casella.Web"],
    };

    public static TheoryData<string> Projects => [.. Repository.Files("src", "*.csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_room_references_only_the_rooms_it_may_know(string project)
    {
        var room = Path.GetFileNameWithoutExtension(project);

        MayReference.Should().ContainKey(room, "a new room needs its row in this table");
        References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))
            .Should().BeSubsetOf(MayReference[room]);
    }

    [Theory]
    [InlineData("Casella.Formats")]
    [InlineData("Casella.Core")]
    [InlineData("Casella.Storage")]
    public void Rooms_below_the_network_do_not_use_the_web_framework(string room) =>
        References($"src/{room}/{room}.csproj", "FrameworkReference").Should().BeEmpty();

    [Fact]
    public void Only_storage_names_a_database_package() =>
        Projects.Select(row => row.Data)
            .Where(project => References(project, "PackageReference").Any(name => name.Contains("Sqlite", StringComparison.OrdinalIgnoreCase)))
            .Should().Equal("src/Casella.Storage/Casella.Storage.csproj");

    [Fact]
    public void The_internal_ports_of_core_are_open_to_storage_and_tests_only() =>
        References("src/Casella.Core/Casella.Core.csproj", "InternalsVisibleTo")
            .Should().BeEquivalentTo("Casella.Storage", "Casella.Core.Tests", "Casella.Storage.Tests", "Casella.Smtp.Tests", "Casella.Web.Tests", "Casella.Transcripts");

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = XDocument.Load(Path.Join(Repository.Root, "Casella.slnx")).Descendants("Project").Select(p => p.Attribute("Path")!.Value);

        new[] { "src", "tests", "bench" }.SelectMany(folder => Repository.Files(folder, "*.csproj")).Should().BeEquivalentTo(solution);
    }

    [Fact]
    public void Versions_of_packages_stand_in_one_file()
    {
        var withVersion = new[] { "src", "tests", "bench" }.SelectMany(folder => Repository.Files(folder, "*.csproj"))
            .Where(project => Items(project, "PackageReference").Any(item => item.Attribute("Version") is not null));

        withVersion.Should().BeEmpty("Directory.Packages.props has them all");
    }

    private static IEnumerable<string> References(string project, string kind) => Items(project, kind).Select(item => item.Attribute("Include")!.Value);

    private static IEnumerable<XElement> Items(string project, string kind) => XDocument.Load(Path.Join(Repository.Root, project)).Descendants(kind);
}
