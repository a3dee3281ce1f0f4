using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>string (RFC 5229 §5): texts of the script itself, mostly of its variables.</summary>
internal sealed class StringTest(int line, Matcher matcher, TestTexts texts) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments, knowsLists: true);
        return new StringTest(arguments.Line, matcher, TestTexts.Read(arguments, matcher));
    }

    public override bool Evaluate(SieveRun run)
    {
        var sources = texts.Names.Select(source => source.Expand(run));
        // RFC 5229 §5: the empty string counts for nothing.
        return matcher.Any(run, matcher.IsCount ? sources.Where(source => source.Length > 0) : sources, texts.Keys);
    }
}
