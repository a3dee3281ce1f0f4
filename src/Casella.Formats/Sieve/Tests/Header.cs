using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>header (RFC 5228 §5.7; with :index RFC 5260 §6, with :mime RFC 5703 §4.1).</summary>
internal sealed class Header(int line, Matcher matcher, FieldIndex index, MimeOption mime, TestTexts texts) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var (matcher, index) = (Matcher.Read(arguments, knowsLists: true), FieldIndex.Read(arguments));
        var mime = MimeOption.Read(arguments, withPieces: true);
        return new Header(arguments.Line, matcher, index, mime, TestTexts.Read(arguments, matcher));
    }

    public override bool Evaluate(SieveRun run) => matcher.Any(
        run, index.Select(FieldNames.Select(run, name => mime.Named(run, name), texts.Names)).SelectMany(field => mime.Values(run, field)), texts.Keys);
}
