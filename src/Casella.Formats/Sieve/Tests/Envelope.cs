using Casella.Formats.Addresses;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>envelope (RFC 5228 §5.4): who sent it, and to whom, as SMTP was told.</summary>
internal sealed class Envelope(int line, Matcher matcher, AddressPart part, TestTexts texts) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var (matcher, part) = (Matcher.Read(arguments, knowsLists: true), AddressPart.Read(arguments));
        var texts = TestTexts.Read(arguments, matcher);
        foreach (var name in texts.Names)
            if (name.IsConstant && !IsKnown(name.Source))
                throw arguments.Fault("UnknownEnvelopePart", name.Source);
        return new Envelope(arguments.Line, matcher, part, texts);
    }

    public override bool Evaluate(SieveRun run)
    {
        run.NeedDelivery("envelope");
        return matcher.Any(run, texts.Names.SelectMany(name => Values(run, name.Expand(run))), texts.Keys);
    }

    private static bool IsKnown(string name) => name.ToUpperInvariant() is "FROM" or "TO";

    private IEnumerable<string> Values(SieveRun run, string name)
    {
        if (!IsKnown(name))
            throw run.Fault("UnknownEnvelopePart", name);
        var isFrom = name.Equals("from", StringComparison.OrdinalIgnoreCase);
        // RFC 5228 §5.4: the null reverse-path is the empty string, whatever part is asked for; and counts for nothing.
        if (isFrom && run.Environment.ReversePath is null)
            return matcher.IsCount ? [] : [""];
        EmailAddress address = isFrom ? run.Environment.ReversePath! : run.Environment.Recipient;
        return part.Of(address.OriginalLocalPart, address.Domain) is { } text ? [text] : [];
    }
}
