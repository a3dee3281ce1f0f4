using System.Collections;
using System.Globalization;
using System.Resources;
using AwesomeAssertions;

namespace Casella.Web.Tests;

/// <summary>Each text of a page is there in both languages, with the same values in it.</summary>
public sealed class TextFilesTests
{
    public static TheoryData<string> Files =>
        [.. typeof(Words).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".resources", StringComparison.Ordinal)).Select(name => name[..^".resources".Length])];

    [Theory]
    [MemberData(nameof(Files))]
    public void Both_languages_say_the_same(string file)
    {
        var texts = new ResourceManager(file, typeof(Words).Assembly);
        var english = Read(texts, CultureInfo.InvariantCulture);
        var italian = Read(texts, CultureInfo.GetCultureInfo("it"));

        italian.Keys.Should().BeEquivalentTo(english.Keys);
        foreach (var (name, text) in english)
            Values(italian[name]).Should().BeEquivalentTo(Values(text), name);
    }

    private static Dictionary<string, string> Read(ResourceManager texts, CultureInfo culture) =>
        texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);

    /// <summary>The numbers of "{0}", "{1}" in any of its forms.</summary>
    private static IEnumerable<char> Values(string text) => text.Split('{').Skip(1).Select(part => part[0]).Distinct();
}
