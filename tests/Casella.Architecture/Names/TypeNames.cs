using AwesomeAssertions;
using Casella.Architecture.Walls;

namespace Casella.Architecture.Names;

/// <summary>A name says what a thing is. Words that fit anything say nothing.</summary>
public sealed class TypeNames
{
    private static readonly string[] Empty = ["Utils", "Util", "Utilities", "Helper", "Helpers", "Manager", "Common", "Impl", "Misc", "Stuff"];

    [Fact]
    public void No_type_is_called_by_a_word_that_fits_anything() =>
        Rooms.All.SelectMany(Rooms.TypesOf)
            // A class for others to derive from says what it is; the "base subject" is RFC 5256's word.
            .Where(type => Words(type.Name).Intersect(Empty, StringComparer.Ordinal).Any() || type.Name.Split('`')[0].EndsWith("Base", StringComparison.Ordinal))
            .Select(type => type.FullName).Should().BeEmpty();

    [Fact]
    public void Classes_are_sealed_unless_something_derives_from_them()
    {
        var all = Rooms.All.SelectMany(Rooms.TypesOf).ToList();
        var parents = all.Select(type => type.BaseType is { IsGenericType: true } generic ? generic.GetGenericTypeDefinition() : type.BaseType).ToHashSet();

        // What the Razor compiler makes of a .razor file is a partial class that is not sealed, and of _Imports one too.
        all.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !parents.Contains(type) && type.Name is not "_Imports"
                && !type.GetInterfaces().Any(face => face.FullName is "Microsoft.AspNetCore.Components.IComponent"))
            .Select(type => type.FullName).Should().BeEmpty();
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var strangers = Repository.Product
            .Select(file => (file.Path, Said: file.Lines.FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))))
            .Where(file => file.Said is not null && !string.Equals(file.Said.Trim(), $"namespace {Folder(file.Path)};", StringComparison.Ordinal));

        strangers.Should().BeEmpty();
    }

    private static string Folder(string path) => Path.GetDirectoryName(path)!["src/".Length..].Replace('/', '.');

    // "ImapCommandBase`1" is Imap, Command, Base; "Database" is one word.
    private static IEnumerable<string> Words(string name)
    {
        var start = 0;
        for (var i = 1; i <= name.Length; i++)
        {
            if (i < name.Length && !char.IsUpper(name[i]) && name[i] != '`')
                continue;
            yield return name[start..i];
            start = i;
        }
    }
}
