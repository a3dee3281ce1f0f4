using System.Xml.Linq;
using AwesomeAssertions;

namespace Casella.Architecture.Sources;

/// <summary>
/// What a user reads is there in English and in Italian: every text of X.resx has its twin in X.it.resx.
/// </summary>
public sealed class Translations
{
    public static TheoryData<string> Neutral =>
        [.. Repository.Files("src", "*.resx").Where(path => !path.EndsWith(".it.resx", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Neutral))]
    public void Every_text_is_there_in_Italian(string path)
    {
        var english = Texts(path);
        var italian = Texts(Path.ChangeExtension(path, ".it.resx"));

        italian.Keys.Should().BeEquivalentTo(english.Keys);
        italian.Where(text => string.IsNullOrWhiteSpace(text.Value)).Should().BeEmpty();
        foreach (var (name, text) in english)
            Placeholders(italian[name]).Should().BeEquivalentTo(Placeholders(text), "{0} has the same values to show in both languages", name);
    }

    private static Dictionary<string, string> Texts(string path) => XDocument.Load(Path.Join(Repository.Root, path)).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value, StringComparer.Ordinal);

    // "{0}" and "{1:N0}": the number counts, not the form; "{{" is a brace that is shown.
    private static IEnumerable<string> Placeholders(string text) => text.Replace("{{", "", StringComparison.Ordinal).Split('{').Skip(1)
        .Select(rest => rest[..Math.Max(0, rest.IndexOfAny(['}', ':', ',']))]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
}
