using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>exists (RFC 5228 §5.5): all the fields are there.</summary>
internal sealed class Exists(int line, MimeOption mime, IReadOnlyList<SieveText> names) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments) =>
        new Exists(arguments.Line, MimeOption.Read(arguments, withPieces: false), arguments.NextTexts());

    public override bool Evaluate(SieveRun run) => names.All(name => mime.Named(run, name.Expand(run)).Any());
}
