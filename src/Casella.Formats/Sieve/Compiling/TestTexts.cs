using Casella.Formats.Sieve.Matching;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>The two string-lists that most tests end with: where to look, and what for.</summary>
internal sealed record TestTexts(IReadOnlyList<SieveText> Names, IReadOnlyList<SieveText> Keys)
{
    public static TestTexts Read(Arguments arguments, Matcher matcher)
    {
        var texts = new TestTexts(arguments.NextTexts(), arguments.NextTexts());
        matcher.CheckKeys(arguments, texts.Keys);
        return texts;
    }

    /// <summary>Keys alone.</summary>
    public static IReadOnlyList<SieveText> ReadKeys(Arguments arguments, Matcher matcher)
    {
        var keys = arguments.NextTexts();
        matcher.CheckKeys(arguments, keys);
        return keys;
    }
}
