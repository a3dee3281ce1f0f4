using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>metadata and servermetadata (RFC 5490 §3.3, §4.1): the value of an annotation.</summary>
internal sealed class MetadataTest(int line, Matcher matcher, SieveText? mailbox, SieveText entry, IReadOnlyList<SieveText> keys) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments);
        var (mailbox, entry) = (arguments.NextText(), arguments.NextText());
        return new MetadataTest(arguments.Line, matcher, mailbox, entry, TestTexts.ReadKeys(arguments, matcher));
    }

    public static SieveTest ReadServer(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments);
        var entry = arguments.NextText();
        return new MetadataTest(arguments.Line, matcher, null, entry, TestTexts.ReadKeys(arguments, matcher));
    }

    public override bool Evaluate(SieveRun run) =>
        run.Environment.Mailboxes.Annotation(mailbox?.Expand(run), entry.Expand(run)) is { } value && matcher.Any(run, [value], keys);
}

/// <summary>metadataexists and servermetadataexists (RFC 5490 §3.4, §4.2): all the annotations are set.</summary>
internal sealed class MetadataExists(int line, SieveText? mailbox, IReadOnlyList<SieveText> entries) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments) => new MetadataExists(arguments.Line, arguments.NextText(), arguments.NextTexts());

    public static SieveTest ReadServer(Arguments arguments) => new MetadataExists(arguments.Line, null, arguments.NextTexts());

    public override bool Evaluate(SieveRun run) =>
        entries.All(entry => run.Environment.Mailboxes.Annotation(mailbox?.Expand(run), entry.Expand(run)) is not null);
}
