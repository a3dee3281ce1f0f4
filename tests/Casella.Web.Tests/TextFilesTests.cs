using System.Collections;
using System.Globalization;
using System.Resources;
using AwesomeAssertions;

namespace Casella.Web.Tests;

/// <summary>Each text of a page is there in both languages, with the same values in it and the same number of forms.</summary>
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

    /// <summary>"{0}", "{1}" of each form.</summary>
    private static IEnumerable<string> Values(string text) =>
        text.Split('|').SelectMany((form, index) => form.Split('{').Skip(1).Select(part => $"{index}:{part[0]}")).Distinct(StringComparer.Ordinal);
}
